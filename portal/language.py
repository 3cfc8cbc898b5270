"""The language of a page, and its texts in it: English in the code, the others from catalogues.

    _("Charge points")                                     a text
    _("Stopped %(session)s.", session=name)                with what it is about
    ngettext("%(num)s session", "%(num)s sessions", 3)     of one, or of several
    pgettext("tariff_state", "Disabled")                   where the same word means several things
    lazy("Charge points")                                  in a table that is made at the start

The catalogues, translations/*.po, are read when somebody first wants their language.
"""

from functools import cache
from gettext import NullTranslations
from io import BytesIO
from pathlib import Path
from typing import cast

from babel import Locale
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import LazyProxy, Translations
from flask import Flask, has_request_context, request

CATALOGUES = Path(__file__).parent / "translations"
ENGLISH = "en"
# By code: what it calls itself, and whose way to write figures and dates it follows.
LANGUAGES = {
    ENGLISH: ("English", Locale("en", "GB")),
    "de": ("Deutsch", Locale("de")),
    "nl": ("Nederlands", Locale("nl")),
    "fr": ("Français", Locale("fr")),
}
COOKIE = "language"


class LazyText(LazyProxy):
    """A text that is translated each time it is shown; a constant, so that it may be a default."""

    def __hash__(self) -> int:
        return id(self)


def register(app: Flask) -> None:
    app.add_template_filter(in_sentence)
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.policies["ext.i18n.trimmed"] = True
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]
        lambda text: translations().gettext(text),
        lambda one, several, number: translations().ngettext(one, several, number),
        newstyle=True,
        pgettext=lambda context, text: translations().pgettext(context, text),
    )
    app.add_template_filter(in_sentence)
    app.context_processor(lambda: {"language": language(), "languages": LANGUAGES})


def language() -> str:
    """Which the operator chose, else which their browser prefers; outside of a request, English."""
    if not has_request_context():
        return ENGLISH
    chosen = request.cookies.get(COOKIE, "")
    if chosen in LANGUAGES:
        return chosen
    preferred = (code.partition("-")[0].lower() for code in request.accept_languages.values())
    return next((code for code in preferred if code in LANGUAGES), ENGLISH)


def locale() -> Locale:
    """How figures and dates are written in the page's language."""
    return LANGUAGES[language()][1]


def _(text: str, **values: object) -> str:
    """The text in the page's language, with its values at their `%(places)s`."""
    told = translations().gettext(text)
    return told % values if values else told


def ngettext(one: str, several: str, number: int, **values: object) -> str:
    """The text for this number of things, which stands at `%(num)s`."""
    return translations().ngettext(one, several, number) % {"num": number, **values}


def pgettext(context: str, text: str) -> str:
    """The text as it is meant in a context."""
    return translations().pgettext(context, text)


def marked(text: str) -> str:
    """A text for the catalogues that `_` puts into the page's language where it is shown."""
    return text


def lazy(text: str) -> str:
    """A text that is put into the page's language whenever it is shown.

    It behaves like a string wherever it is shown, yet is none: `", ".join(…)` wants `str(…)` of it.
    """
    return cast("str", LazyText(_, text, enable_cache=False))


def in_sentence(word: str) -> str:
    """A word that would stand alone with a capital, as it stands within a sentence."""
    return word if language() == "de" else word[:1].lower() + word[1:]


def translations() -> NullTranslations:
    """The catalogue of the page's language."""
    return catalogue(language())


@cache
def catalogue(code: str) -> NullTranslations:
    """What English texts are in a language."""
    if code == ENGLISH:
        return NullTranslations()
    compiled = BytesIO()
    with (CATALOGUES / f"{code}.po").open("rb") as file:
        write_mo(compiled, read_po(file, locale=code))
    compiled.seek(0)
    return Translations(compiled)
