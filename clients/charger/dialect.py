"""What a version of OCPP is to a station: how it says things, and how it is told things."""

from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

from clients.charger.connector import Connector
from clients.charger.frames import Payload
from clients.charger.meter import Sample

if TYPE_CHECKING:
    from clients.charger.session import Session
    from clients.charger.station import Station


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


Handler = Callable[["Station", Payload], Reply]


class Dialect(Protocol):
    """One version of OCPP."""

    subprotocol: str
    handlers: Mapping[str, Handler]
    """What each action of the central system makes a station do."""

    def boot(self, identity: str, hardware: Hardware) -> Message:
        """The station has started."""

    def heartbeat(self) -> Message:
        """The station is there."""

    def authorize(self, id_tag: str) -> Message:
        """May this card charge?"""

    def status(self, connector: Connector, time: datetime) -> Message:
        """A connector's status is this."""

    def started(self, session: "Session") -> Message:
        """A session has begun."""

    def metered(
        self,
        connector: Connector,
        session: "Session | None",
        samples: list[Sample],
        measurands: Sequence[str],
    ) -> Message:
        """Values were measured; told are those that `measurands` names."""

    def stopped(self, session: "Session", measurands: Sequence[str]) -> Message:
        """A session has ended."""

    def accept_start(self, session: "Session", answer: Payload) -> None:
        """Takes the session's id and its tag's status out of the answer to `started`."""
