"""What a charger's CALL says: its schema, its repair, its fact."""

import re
from typing import Any, NamedTuple

from server.ocpp.dialect import Dialect, Exchange
from server.ocpp.duties import Fact
from server.ocpp.faults import Fault, FaultyError
from server.ocpp.link.frames import Call
from server.ocpp.repair import repair
from server.ocpp.schemas import whole

NUL = "\0"
"""The character that no database keeps in a text."""


_POINT_ZERO = re.compile(rb"\.0[,}]")


class Understood(NamedTuple):
    """A CALL that can be used; `notes`: how it broke the schema and was put right."""

    exchange: Exchange
    fact: Fact | None
    notes: tuple[str, ...] = ()


def understand(dialect: Dialect, call: Call, frame: bytes, lenient: bool) -> Understood:
    """What a CALL says. FaultyError if it cannot be used."""
    exchange = dialect.exchanges.get(call.action)
    if exchange is None or (exchange.response is None and not call.sent):
        raise _not_for_us(dialect, call.action)
    # No backslash, as in most frames: that is found out in a quarter of the time.
    if b"\\" in frame and b"\\u0000" in frame:
        call = _without_nul(call, lenient)
    if not exchange.request.is_valid(call.payload):
        return _mended(dialect, exchange, call, lenient)
    if _may_have_integers_with_point(frame):
        call = call._replace(payload=whole(call.payload))
    return Understood(exchange, exchange.read(call.payload), call.notes)


def _may_have_integers_with_point(frame: bytes) -> bool:
    """Whether there is a number such as 1.0, an integer by JSON Schema, that no meter told."""
    for found in _POINT_ZERO.finditer(frame):
        name_end = frame.rfind(b'"', 0, found.start()) + 1
        if not frame.endswith(b'"value"', 0, name_end):
            return True
    return False


def _not_for_us(dialect: Dialect, action: str) -> FaultyError:
    if action in dialect.actions:
        return FaultyError(Fault.NOT_SUPPORTED, f"{action} is not for a central system, or not yet")
    return FaultyError(Fault.NOT_IMPLEMENTED, "no such action")


def _mended(dialect: Dialect, exchange: Exchange, call: Call, lenient: bool) -> Understood:
    if not lenient:
        breach = exchange.request.breaches(call.payload)[0]
        raise FaultyError(breach.fault, f"{breach.field} {breach.message}")
    payload, notes, left = repair(call.payload, exchange.request, dialect.tolerance)
    if left:
        raise FaultyError(left[0].fault, f"{left[0].field} {left[0].message}")
    return Understood(exchange, exchange.read(whole(payload)), (*call.notes, *notes))


def _without_nul(call: Call, lenient: bool) -> Call:
    payload = _cleaned(call.payload)
    if payload == call.payload:
        return call
    if not lenient:
        raise FaultyError(Fault.PROPERTY, "a text has a NUL character")
    return call._replace(payload=payload, notes=(*call.notes, "NUL characters"))


def _cleaned(value: Any) -> Any:
    if isinstance(value, str):
        return value.replace(NUL, "")
    if isinstance(value, list):
        return [_cleaned(each) for each in value]
    if isinstance(value, dict):
        return {_cleaned(name): _cleaned(each) for name, each in value.items()}
    return value
