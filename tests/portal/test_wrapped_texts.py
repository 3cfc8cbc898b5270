"""Every text of the portal can be translated: in templates, and where code makes forms."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from portal.app import create_app
from portal.settings import Settings

PORTAL = Path("portal")
TEMPLATES = PORTAL / "templates"
WORD = re.compile(r"[A-Za-z]{2}")
# What is the same everywhere: names, units, what is written in code.
SAME = re.compile(r"Ampline|API|EVSE|openapi\.json|\bk?Wh?\b|\bms\b|\bkB\b|SHA-256|PEM")
TOLD = re.compile(r"\b(?:aria-label|alt|data-label|placeholder|title)=\"([^\"]*)\"")
# Which arguments people read, by place and by name.
READ = {
    "Field": ((1, 3), ("label", "help")),
    "Action": ((0, 1, 3), ("title", "verb", "text")),
    "Room": ((1,), ("title", "short")),
    "Perhaps": ((0, 1, 2), ()),
    "ValueError": ((0,), ()),
    "Editor": ((), ("deletes",)),
    "flash": ((0,), ()),
    "one_of": ((), ("empty",)),
    "search": ((0, 1), ("label", "placeholder")),
    "choice": ((1,), ("label",)),
}


@pytest.fixture(scope="module")
def app() -> Flask:
    return create_app(Settings(secret="for tests", api_address="127.0.0.1:9"))


def bare_texts(app: Flask, template: Path) -> Iterator[str]:
    """What stands in a template outside of its expressions and its tags."""
    lexed = app.jinja_env.lex(template.read_text())
    page = "".join(text if kind == "data" else "" for _, kind, text in lexed)
    page = re.sub(
        r"<script.*?</script>|<code>.*?</code>|<meta[^>]*>|<!--.*?-->", "", page, flags=re.DOTALL
    )
    told = [*TOLD.findall(page), *re.sub(r"<[^>]*>", "\n", page).splitlines()]
    yield from (text.strip() for text in told if WORD.search(SAME.sub("", text)))


def test_templates_wrap_their_texts(app: Flask) -> None:
    found = {
        f"{template}: {text}"
        for template in sorted(TEMPLATES.rglob("*.html"))
        for text in bare_texts(app, template)
        if "=" not in text and "-error" not in text
    }
    assert found == set()


def test_a_bare_text_is_found(app: Flask, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text('<p title="Why">{{ _("Told") }} and <b>so</b> on</p>{% if x %}Bare{% endif %}')
    assert {*bare_texts(app, page)} == {"Why", "and", "so", "on", "Bare"}
    assert [*bare_arguments(ast.parse('Field("path", "Label", help=_("x"))'))] == ["'Label'"]


def bare_arguments(tree: ast.Module) -> Iterator[str]:
    """Texts for people that are given to a call as they are."""
    for call in ast.walk(tree):
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name):
            places, names = READ.get(call.func.id, ((), ()))
            given = [call.args[place] for place in places if place < len(call.args)]
            given += [keyword.value for keyword in call.keywords if keyword.arg in names]
            yield from (ast.unparse(text) for text in given if is_bare(text))


def is_bare(text: ast.expr) -> bool:
    is_constant = isinstance(text, ast.Constant) and isinstance(text.value, str)
    return isinstance(text, ast.JoinedStr) or (
        is_constant and bool(WORD.search(SAME.sub("", ast.unparse(text))))
    )


def test_code_wraps_its_texts() -> None:
    found = {
        f"{path}: {text}"
        for path in sorted({*PORTAL.rglob("*.py")} - {PORTAL / "settings.py"})  # told to the log
        for text in bare_arguments(ast.parse(path.read_text()))
    }
    assert found == set()
