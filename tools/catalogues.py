"""Gathers the portal's texts, and brings its catalogues, portal/translations/*.po, up to date.

Texts stand in templates and code, wrapped as portal/language.py says; the words for the values of
enums are gathered with the enum as their context.

    python -m tools.catalogues           adds new texts, to be translated; drops those gone
    python -m tools.catalogues --check   fails where a text is not translated, or a translation
                                         cannot hold its text's values
"""

import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.pofile import read_po, write_po

from portal.vocabulary import ENUMS, SAID
from portal.words import said_in_english

PORTAL = Path(__file__).parent.parent / "portal"
CATALOGUES = PORTAL / "translations"
METHODS = [("**.py", "python"), ("templates/**.html", "jinja2.ext:babel_extract")]
OPTIONS = {
    "templates/**.html": {
        "extensions": "jinja2.ext.i18n",
        "lstrip_blocks": "true",
        "silent": "false",
        "trim_blocks": "true",
        "trimmed": "true",
    }
}
KEYWORDS = {**DEFAULT_KEYWORDS, "lazy": None, "marked": None, "zoned": None}
WIDTH = 100
HEADER = r"""# Ampline's portal in another language: make catalogues
msgid ""
msgstr ""
"Project-Id-Version: Ampline\n"
"Language: {catalogue.locale}\n"
"Plural-Forms: {catalogue.plural_forms}\n"
"MIME-Version: 1.0\n"
"Content-Type: text/plain; charset=utf-8\n"
"Content-Transfer-Encoding: 8bit\n"

"""


def main() -> int:
    """Brings the catalogues up to date; with --check returns 1 where one of them lacks a text."""
    texts = gathered()
    if "--check" not in sys.argv:
        for path in sorted(CATALOGUES.glob("*.po")):
            update(path, texts)
        return 0
    paths = sorted(CATALOGUES.glob("*.po"))
    found = [line for path in paths for line in (*faults(path, texts), *untranslated(path, texts))]
    for line in found:
        print(f"{line} (make catalogues)", file=sys.stderr)
    return 1 if found else 0


def gathered() -> Catalog:
    """All texts of the portal, without translations."""
    texts = Catalog(charset="utf-8")
    found = extract_from_dir(PORTAL, METHODS, OPTIONS, KEYWORDS)
    for file, _, message, comments, context in found:
        texts.add(message, locations=[(file, 0)], auto_comments=comments, context=context)
    for enum, kind in ENUMS.items():
        for value, number in kind.items():
            if number or f"{enum}.{value}" in SAID:
                said = said_in_english(enum, value)
                texts.add(said, locations=[("vocabulary.py", 0)], context=enum)
    return texts


def update(path: Path, texts: Catalog) -> None:
    catalogue = read(path)
    catalogue.update(texts, no_fuzzy_matching=True)
    write(path, catalogue)


def write(path: Path, catalogue: Catalog) -> None:
    written = BytesIO()
    write_po(
        written,
        catalogue,
        width=WIDTH,
        omit_header=True,
        ignore_obsolete=True,
        include_lineno=False,
        sort_by_file=True,
    )
    path.write_text(HEADER.format(catalogue=catalogue) + written.getvalue().decode())


def faults(path: Path, texts: Catalog) -> Iterator[str]:
    """Translations that cannot hold the text's values."""
    catalogue = read(path)
    for text in texts:
        told = catalogue.get(text.id, text.context) if text.id else None
        if told is not None and is_translated(told):
            yield from (f"{path.name}: {shown(text)}: {fault}" for fault in told.check(catalogue))


def untranslated(path: Path, texts: Catalog) -> Iterator[str]:
    """What a catalogue lacks."""
    catalogue = read(path)
    for text in texts:
        told = catalogue.get(text.id, text.context)
        if text.id and (told is None or not is_translated(told)):
            yield f"{path.name}: not translated: {shown(text)}"


def read(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale=path.stem)


def is_translated(message: Message) -> bool:
    told = message.string
    return not message.fuzzy and all([told] if isinstance(told, str) else told or [""])


def shown(text: Message) -> str:
    first = text.id if isinstance(text.id, str) else text.id[0]
    return f"{text.context}: {first}" if text.context else first


if __name__ == "__main__":
    sys.exit(main())
