"""Where a method's handler runs: said in its service, kept by the envelope.

    looking_up   (request, call, rows)   one row by its key: on the event loop where that is quick
    reading      (request, call, rows)   on a thread that only reads
    writing      (request, call, unit)   as a job of the write lane, one transaction
    acting       async (request, call)   on the event loop; waits, and holds no transaction
    streaming    async (request, call)   an async generator on the event loop

A handler returns its response, or the response serialized.
"""

from collections.abc import Callable
from enum import Enum
from typing import Any, NamedTuple

from server.domain.access import Caller
from server.work.gone import Gone

Handler = Callable[..., Any]
_MARK = "__lane__"


class Lane(Enum):
    """Where a handler runs."""

    LOOKING_UP = "looking up"
    READING = "reading"
    WRITING = "writing"
    ACTING = "acting"
    STREAMING = "streaming"


class Call(NamedTuple):
    """What a handler may know of a call besides its request."""

    caller: Caller
    correlation: str
    """Names the call in the log: `x-request-id`, or made here."""
    peer: str
    """The address that it came from."""
    token_hash: str
    """Of the token that it came with; empty without one."""
    remaining: float | None
    """Seconds until the caller's deadline, when the call came; None = it has none."""
    gone: Gone | None = None
    """Done if the caller goes away before an action has ended; None where nothing depends on it."""


class UnknownLaneError(TypeError):
    """A handler that does not say where it runs."""


def looking_up(handler: Handler) -> Handler:
    """Reads one row by its key."""
    return _marked(handler, Lane.LOOKING_UP)


def reading(handler: Handler) -> Handler:
    """Reads."""
    return _marked(handler, Lane.READING)


def writing(handler: Handler) -> Handler:
    """Writes, in one transaction; may be run again, so it changes nothing but the database."""
    return _marked(handler, Lane.WRITING)


def acting(handler: Handler) -> Handler:
    """Waits for something that is no database."""
    return _marked(handler, Lane.ACTING)


def streaming(handler: Handler) -> Handler:
    """Answers again and again."""
    return _marked(handler, Lane.STREAMING)


def lane_of(handler: Handler) -> Lane:
    """Where the handler runs. UnknownLaneError if it does not say."""
    lane = getattr(handler, _MARK, None)
    if not isinstance(lane, Lane):
        raise UnknownLaneError(f"{handler.__qualname__} is not marked with its lane")
    return lane


def _marked(handler: Handler, lane: Lane) -> Handler:
    setattr(handler, _MARK, lane)
    return handler
