"""Options for form fields out of the API's enums, in our words."""

from typing import Any

from portal.kinds import Choice, Options, Several
from portal.vocabulary import ENUMS
from portal.words import said


def one_of(enum: str, *, empty: str = "", leave_out: tuple[str, ...] = ()) -> Choice:
    """One value of an enum; `empty` is the word for none, without which one must be chosen."""
    kind = ENUMS[enum]
    return Choice(lambda: options(enum, empty, leave_out), kind.Value, kind.Name)


def some_of(enum: str, *, leave_out: tuple[str, ...] = ()) -> Several:
    kind = ENUMS[enum]
    return Several(lambda: options(enum, "", leave_out), kind.Value, kind.Name)


def options(enum: str, empty: str, leave_out: tuple[str, ...]) -> Options:
    kind: Any = ENUMS[enum]
    if empty:
        yield "", empty
    for name, number in kind.items():
        if number and name not in leave_out:
            yield name, said(enum, name)
