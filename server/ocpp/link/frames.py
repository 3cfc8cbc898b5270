"""OCPP-J frames: bytes to messages and back. Without I/O.

OCPP-J 1.6 section 4.2: `[2, id, action, payload]`, `[3, id, payload]`,
`[4, id, code, description, details]`. OCPP-J 2.1 has two more, which need no answer:
`[5, id, code, description, details]`, what was wrong with an answer of ours, and
`[6, id, action, payload]`.
"""

import json
from collections.abc import Sequence
from typing import Any, NamedTuple

import orjson

from server.ocpp.faults import Fault

MessageId = str | int
CALL, CALL_RESULT, CALL_ERROR, CALL_RESULT_ERROR, SEND = 2, 3, 4, 5, 6
_NAMES = {str(kind): kind for kind in (CALL, CALL_RESULT, CALL_ERROR)}


class Call(NamedTuple):
    """Somebody asks, or with `sent` only tells. `notes`: what was not as it should be and was put
    right."""

    message_id: MessageId
    action: str
    payload: dict[str, Any]
    notes: tuple[str, ...] = ()
    sent: bool = False


class CallResult(NamedTuple):
    """The answer; its payload may be anything yet."""

    message_id: MessageId
    payload: Any


class CallError(NamedTuple):
    """The answer that there is none."""

    message_id: MessageId
    code: str
    description: str


class ResultError(NamedTuple):
    """An answer of ours was no good."""

    message_id: MessageId
    code: str
    description: str


class Broken(NamedTuple):
    """A frame that is none."""

    fault: Fault
    problem: str
    message_id: MessageId | None = None
    action: str | None = None


Frame = Call | CallResult | CallError | ResultError | Broken


def read(data: bytes, lenient: bool, sends: bool = False) -> Frame:
    """The message in a frame. Lenient: what is meant all the same is put right, with a note.

    `sends`: whether the version has SEND and CALLRESULTERROR.
    """
    notes: tuple[str, ...] = ()
    try:
        frame = orjson.loads(data)
    except orjson.JSONDecodeError:
        loose = _loose_json(data) if lenient else None
        if loose is None:
            return Broken(Fault.UNREADABLE, "not JSON")
        frame, notes = loose, ("not strictly JSON",)
    if type(frame) is not list or not frame:
        return Broken(Fault.UNREADABLE, "not an array with a message type")
    if len(frame) == 4 and frame[0] == CALL and type(frame[3]) is dict and not notes:
        message_id, action = frame[1], frame[2]
        if type(action) is str and type(message_id) in (str, int):
            return Call(message_id, action, frame[3])
    return _read_slowly(frame, lenient, sends, notes)


def _loose_json(data: bytes) -> Any:
    """What Python's reader makes of it: NaN and Infinity as text, a byte order mark passed over."""
    try:
        frame = json.loads(data.decode("utf-8-sig"), parse_constant=str)
        orjson.dumps(frame)
    except (ValueError, TypeError, RecursionError):
        return None
    return frame


def _read_slowly(frame: Sequence[Any], lenient: bool, sends: bool, notes: tuple[str, ...]) -> Frame:
    kind = frame[0]
    if lenient and isinstance(kind, str) and kind in _NAMES:
        kind, notes = _NAMES[kind], (*notes, "message type as text")
    message_id = frame[1] if len(frame) > 1 else None
    if not isinstance(message_id, (str, int)) or isinstance(message_id, bool):
        return Broken(Fault.UNREADABLE, "without a readable message id")
    if kind == CALL and kind is not True:
        return _read_call(message_id, frame, lenient, notes)
    if kind == CALL_RESULT:
        return CallResult(message_id, frame[2] if len(frame) > 2 else None)
    if kind == CALL_ERROR:
        return CallError(message_id, *_error_words(frame))
    if sends and kind in (CALL_RESULT_ERROR, SEND):
        return _read_unanswered(kind, message_id, frame, lenient, notes)
    return Broken(Fault.MESSAGE_TYPE, f"message type {kind!r:.40} does not exist", message_id)


def _read_call(
    message_id: MessageId, frame: Sequence[Any], lenient: bool, notes: tuple[str, ...]
) -> Call | Broken:
    action = frame[2] if len(frame) > 2 else None
    if type(action) is not str:
        return Broken(Fault.FORMATION, "a CALL without an action", message_id)
    payload = frame[3] if len(frame) > 3 else None
    if len(frame) != 4:
        notes = (*notes, f"a CALL of {len(frame)} elements")
    if type(payload) is not dict:
        if payload:
            return Broken(Fault.FORMATION, "the payload is no object", message_id, action)
        payload, notes = {}, (*notes, "without a payload")
    if notes and not lenient:
        return Broken(Fault.FORMATION, notes[-1], message_id, action)
    return Call(message_id, action, payload, notes)


def _read_unanswered(
    kind: int, message_id: MessageId, frame: Sequence[Any], lenient: bool, notes: tuple[str, ...]
) -> Call | ResultError | Broken:
    if kind == CALL_RESULT_ERROR:
        return ResultError(message_id, *_error_words(frame))
    call = _read_call(message_id, frame, lenient, notes)
    return call._replace(sent=True) if isinstance(call, Call) else call


def _error_words(frame: Sequence[Any]) -> tuple[str, str]:
    """Code and description."""
    words = [part if type(part) is str else "" for part in (*frame[2:4], "", "")]
    return words[0] or "GenericError", words[1]


def call(message_id: MessageId, action: str, payload: dict[str, Any]) -> bytes:
    """A CALL."""
    return orjson.dumps([CALL, message_id, action, payload])


def result(message_id: MessageId, payload: dict[str, Any]) -> bytes:
    """An answer; the id is echoed as it came."""
    return orjson.dumps([CALL_RESULT, message_id, payload])


def error(message_id: MessageId, code: str, description: str) -> bytes:
    """A CALLERROR; at most 255 characters of description."""
    return orjson.dumps([CALL_ERROR, message_id, code, description[:255], {}])
