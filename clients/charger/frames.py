"""OCPP-J frames: JSON arrays that carry a call, its answer, or why there is none."""

from typing import Any, Final

import orjson

Payload = dict[str, Any]
"""A message's payload: a JSON object, keys in OCPP's camelCase."""

CALL: Final = 2
CALL_RESULT: Final = 3
CALL_ERROR: Final = 4


class CallError(Exception):
    """The peer answered a call with CALLERROR, or we are to answer one so."""

    def __init__(self, code: str, description: str = "", details: Payload | None = None) -> None:
        super().__init__(f"{code}: {description}" if description else code)
        self.code = code
        self.description = description
        self.details = details or {}


class Disconnected(ConnectionError):
    """The connection ended, or there is none; `code` and `reason` are the close frame's."""

    def __init__(self, code: int = 1006, reason: str = "") -> None:
        super().__init__(f"connection closed: {code} {reason}".rstrip())
        self.code = code
        self.reason = reason


def encode(frame: object) -> str:
    """The frame's JSON."""
    return orjson.dumps(frame).decode()


def call(message_id: object, action: str, payload: Payload) -> str:
    """The JSON of a CALL."""
    return encode([CALL, message_id, action, payload])


def result(message_id: object, payload: Payload) -> str:
    """The JSON of a CALLRESULT."""
    return encode([CALL_RESULT, message_id, payload])


def error(message_id: object, fault: CallError) -> str:
    """The JSON of a CALLERROR."""
    return encode([CALL_ERROR, message_id, fault.code, fault.description, fault.details])


def decode(text: str | bytes) -> list[Any] | None:
    """The frame, or None where the text is no JSON array of a type and more."""
    try:
        frame = orjson.loads(text)
    except orjson.JSONDecodeError:
        return None
    return frame if isinstance(frame, list) and len(frame) > 1 else None
