"""The OCPP message log: what chargers and we said to each other. Secrets come masked."""

import json
import re
from enum import IntEnum
from typing import NamedTuple

from server.domain.facts import OcppVersion
from server.resources.id_tags import token_key
from server.store.models import OcppMessage
from server.store.statements import Append, Statement, param
from server.store.unit import Unit

LONGEST_VIOLATION = 2_000
_TOKEN = re.compile(r'"idT(?:ag|oken)"\s*:\s*("(?:[^"*\\\x00-\x1f]|\\["\\/bfnrt])*")')
"""The first token in a message, as JSON: `idTag` in OCPP 1.6, `idToken` within `idToken` in 2.x;
one that is shortened has asterisks."""


class Direction(IntEnum):
    """ampline.v1.OcppMessage.Direction."""

    FROM_CHARGER = 1
    TO_CHARGER = 2


class Entry(NamedTuple):
    """A CALL with its answer, or a frame alone: the columns of `OcppMessage`, in order."""

    charge_point: str
    direction: Direction
    ocpp_version: OcppVersion
    action: str | None = None
    message_id: str | None = None
    call: str | None = None
    answer: str | None = None
    error_code: str | None = None
    violation: str | None = None
    call_time: int = 0
    answer_time: int | None = None
    token: str | None = None
    """That the CALL names in full (`token_in`)."""


def storable(text: str) -> str:
    """The text without the character that no database keeps."""
    return text.replace("\0", "\N{REPLACEMENT CHARACTER}") if "\0" in text else text


_LOG = Append(OcppMessage, Entry._fields)
_ANSWER = Statement(
    OcppMessage.update(
        answer=param("answer"),
        answer_time=param("answer_time"),
        error_code=param("error_code"),
        violation=param("violation"),
    ).where(
        (OcppMessage.call_time == param("call_time"))
        & (OcppMessage.charge_point == param("charge_point"))
        & (OcppMessage.message_id == param("message_id"))
        & OcppMessage.answer.is_null()
    )
)


def record(unit: Unit, entry: Entry) -> None:
    """Appends an entry."""
    unit.append(_LOG, entry)


def sent(unit: Unit, entry: Entry) -> None:
    """Writes a CALL of ours at once, so that its answer finds it in the same transaction."""
    unit.insert(_LOG, entry)


def token_in(frame: str) -> str | None:
    """The token that a frame names, by which its entry is found when the token's owner is
    forgotten."""
    found = _TOKEN.search(frame)
    return token_key(json.loads(found[1])) if found else None


def answered(unit: Unit, entry: Entry) -> None:
    """Adds the charger's answer to the CALL of ours of the same time and message id."""
    unit.run(
        _ANSWER,
        charge_point=entry.charge_point,
        message_id=entry.message_id,
        call_time=entry.call_time,
        answer=entry.answer,
        answer_time=entry.answer_time,
        error_code=entry.error_code,
        violation=entry.violation,
    )
