"""Statuses and other values of the API, in words."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Flask

from ampline.v1.localized_text_pb2 import LocalizedText
from portal.language import ENGLISH, _, language, pgettext
from portal.vocabulary import ENUMS, SAID, TONE_OF


@dataclass(frozen=True)
class Status:
    """A status for people: its word, and the tone that colours it."""

    word: str
    tone: str


def register(app: Flask) -> None:
    app.add_template_filter(word)
    app.add_template_filter(localized)
    app.add_template_filter(status)
    app.add_template_filter(name_word)


def localized(texts: Sequence[LocalizedText]) -> str:
    """A text that is kept in several languages: in the page's, else in English, else in any."""
    by_language = {text.language_code.partition("-")[0]: text.text for text in reversed(texts)}
    return (
        by_language.get(language())
        or by_language.get(ENGLISH)
        or next(iter(by_language.values()), "")
    )


def word(number: int, enum: str) -> str:
    """The word for an enum's value; empty for the one that says nothing."""
    value = value_name(number, enum)
    return said(enum, value) if number else ""


def name_word(value: str, enum: str) -> str:
    """The word for an enum's value that is given by its name."""
    return said(enum, value)


def value_name(number: int, enum: str) -> str:
    try:
        return str(ENUMS[enum].Name(number))
    except ValueError:
        return str(number)


def said(enum: str, value: str) -> str:
    """The word for a value in the page's language: its context in the catalogues is the enum."""
    return pgettext(enum, said_in_english(enum, value))


def said_in_english(enum: str, value: str) -> str:
    own = SAID.get(f"{enum}.{value}") or SAID.get(value)
    return own or value.replace("_", " ").capitalize()


def status(number: int, enum: str) -> Status:
    """Word and tone of an enum's value."""
    if not number:
        return Status(_("Unknown"), "idle")
    return Status(word(number, enum), TONE_OF.get(value_name(number, enum), "idle"))
