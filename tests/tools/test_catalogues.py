"""What is said of the portal's catalogues."""

from pathlib import Path

from babel.messages import Catalog

from tools.catalogues import faults, gathered, read, untranslated, update

TEXTS = (("%(num)s day", "%(num)s days"), "Sent to %(name)s.", "Saved.")


def texts() -> Catalog:
    catalogue = Catalog()
    for text in TEXTS:
        catalogue.add(text)
    return catalogue


def test_new_texts_are_added_and_faults_found(tmp_path: Path) -> None:
    path = tmp_path / "de.po"
    path.write_text('msgid "Gone."\nmsgstr "Fort."\n\nmsgid "Saved."\nmsgstr "Gespeichert."\n')
    update(path, texts())
    assert "Gone." not in path.read_text()
    assert [*untranslated(path, texts())] == [
        "de.po: not translated: %(num)s day",
        "de.po: not translated: Sent to %(name)s.",
    ]
    broken = path.read_text().replace(
        'msgid "Sent to %(name)s."\nmsgstr ""', 'msgid "Sent to %(name)s."\nmsgstr "An %(nam)s."'
    )
    path.write_text(broken)
    assert len([*faults(path, texts())]) == 1
    assert read(path)["Saved."].string == "Gespeichert."


def test_words_for_enums_have_their_context() -> None:
    found = gathered()
    assert found.get("Disabled", "tariff_state") is not None
    assert found.get("Save changes") is not None
