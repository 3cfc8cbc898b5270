"""What chargers get wrong and what is meant all the same (lenient mode).

Repaired is what needs no guess about money; each repair leaves a note with the raw
value. What is missing or unusable stays a breach.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, tzinfo
from typing import Any

import orjson

from server.ocpp import timestamps
from server.ocpp.schemas import Breach, Payload, Schema

LONGEST_TEXT = 255
LONGEST_NUMBER = 30
_ROUNDS = 3
"""A repair may bring to light the next breach: a null that is removed was required."""


@dataclass(frozen=True, slots=True)
class Tolerance:
    """What a version's lenient mode lets pass as it is."""

    open_words: frozenset[str] = frozenset()
    """Fields of fixed words where any other is kept as text."""
    also_known: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Words of older versions, by field."""
    long_texts: frozenset[str] = frozenset()
    """Fields that are not cut, up to 255 characters."""
    empty_lists: frozenset[str] = frozenset()
    """Lists that may be empty."""
    rounded: frozenset[str] = frozenset()
    """Whole numbers that may come with a fraction."""
    texts_for_numbers: frozenset[str] = frozenset()
    """Numbers that may come as a text, also as one that is no number: it is kept as it is."""
    clock: tzinfo = UTC
    """Whose times those without an offset are."""

    def allows(self, breach: Breach, payload: Payload) -> bool:
        """Whether the breach is left as it is."""
        name = breach.path[-1] if breach.path else None
        value = _at(payload, breach.path)
        match breach.keyword:
            case "enum":
                known = self.also_known.get(str(name), ())
                named = isinstance(value, str) and value
                return bool(named) and (name in self.open_words or value in known)
            case "maxLength":
                return name in self.long_texts and len(value) <= LONGEST_TEXT
            case "type":
                return name in self.texts_for_numbers and isinstance(value, str)
            case "minItems":
                return name in self.empty_lists
            case _:
                return False


def repair(
    payload: Payload, schema: Schema, tolerance: Tolerance
) -> tuple[Payload, list[str], list[Breach]]:
    """A mended copy, notes of what was wrong, and the breaches that nothing could be done about."""
    mended: Payload = orjson.loads(orjson.dumps(payload))
    notes: list[str] = []
    left: list[Breach] = []
    for turn in range(_ROUNDS):
        breaches = schema.breaches(mended)
        left = [breach for breach in breaches if not tolerance.allows(breach, mended)]
        if turn == 0:
            notes += [_note(breach, payload) for breach in breaches]
        if not [breach for breach in left if _mend(breach, mended, tolerance)]:
            break
    return mended, notes, left


def _note(breach: Breach, payload: Payload) -> str:
    value = _at(payload, breach.path)
    raw = "" if isinstance(value, (dict, list)) else f" ({value!r:.80})"
    return f"{breach.field} {breach.message}{raw}"


def _at(payload: Any, path: tuple[str | int, ...]) -> Any:
    for step in path:
        payload = payload[step]
    return payload


def _mend(breach: Breach, payload: Payload, tolerance: Tolerance) -> bool:
    """Mends one breach in place; False if it cannot be."""
    if breach.keyword == "additionalProperties":
        place = _at(payload, breach.path)
        for name in breach.detail:
            del place[name]
        return True
    mender = _MENDERS.get(breach.keyword)
    if mender is None or not breach.path:
        return False
    place, name = _at(payload, breach.path[:-1]), breach.path[-1]
    if isinstance(place, dict) and name not in place:
        return True  # what else was wrong with it, null for a word, went with it
    value = place[name]
    if value in (None, "") and isinstance(place, dict):
        del place[name]  # null or empty for absent
        return True
    mended = mender(value, breach, tolerance)
    if mended is None:
        return False
    place[name] = mended
    return True


def _other_type(value: Any, breach: Breach, tolerance: Tolerance) -> Any:
    wanted = breach.detail[0]
    if isinstance(value, (dict, list, bool)):
        return None
    if wanted == "string":
        return str(value)
    if wanted == "integer":
        return _whole(value, str(breach.path[-1]) in tolerance.rounded)
    return _number(value) if wanted == "number" else None


def _whole(value: Any, rounded: bool) -> int | None:
    number = _number(value)
    if number is None or abs(number) > 2**53:
        return _long_number(value)
    return round(number) if rounded or number == int(number) else None


def _long_number(value: Any) -> int | None:
    """A whole number that a float would round."""
    digits = value.strip().removeprefix("-") if isinstance(value, str) else ""
    return int(value) if digits.isdecimal() and len(digits) <= LONGEST_NUMBER else None


def _number(value: Any) -> float | None:
    try:
        number = float(value)
    except (TypeError, ValueError, OverflowError):
        return None
    if isinstance(value, str) and "_" in value:  # Python's way to write numbers, nobody else's
        return None
    return number if abs(number) < float("inf") else None


def _shorter(value: str, breach: Breach, tolerance: Tolerance) -> str:
    longest = LONGEST_TEXT if breach.path[-1] in tolerance.long_texts else int(breach.detail)
    return value[:longest]


def _proper_time(value: str, breach: Breach, tolerance: Tolerance) -> str | None:
    if breach.detail != "date-time":
        return None
    try:
        return timestamps.write_datetime(timestamps.parse(value, tolerance.clock))
    except ValueError:
        return None


_MENDERS: Mapping[str, Callable[[Any, Breach, Tolerance], Any]] = {
    "type": _other_type,
    "maxLength": _shorter,
    "format": _proper_time,
    "enum": lambda *_: None,  # only an empty word, for absent
}
