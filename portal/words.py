"""Statuses and other values of the API, in words."""

from dataclasses import dataclass

from flask import Flask

from portal.language import _, pgettext
from portal.vocabulary import ENUMS, SAID, TONE_OF


@dataclass(frozen=True)
class Status:
    """A status for people: its word, and the tone that colours it."""

    word: str
    tone: str


def register(app: Flask) -> None:
    app.add_template_filter(word)
    app.add_template_filter(status)
    app.add_template_filter(name_word)


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
