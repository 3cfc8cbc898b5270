"""What a station says of itself, calls and answers, whatever the version."""

from collections.abc import Coroutine
from dataclasses import dataclass
from typing import Any

from clients.charger.frames import Payload


@dataclass(frozen=True, slots=True)
class Hardware:
    """What a station says of itself when it boots."""

    vendor: str = "Ampline"
    model: str = "Simulated 2"
    serial_number: str | None = None
    firmware_version: str = "1.0.0"


@dataclass(frozen=True, slots=True)
class Message:
    """A call to the central system, without its id."""

    action: str
    payload: Payload


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer to a call of the central system, and what is done after it has left."""

    payload: Payload
    afterwards: Coroutine[Any, Any, object] | None = None
