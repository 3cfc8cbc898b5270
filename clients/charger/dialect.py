"""What a version of OCPP is to a station: how it says things, and how it is told things."""

from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

from ocpp.v16.enums import ChargePointStatus

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
    malformed: str
    """The code of an error in a call that makes no sense."""
    tells_turns: bool
    """Whether what a car does is told of its session, beside the status of the connector."""

    @property
    def handlers(self) -> Mapping[str, Handler]:
        """What each action of the central system makes a station do."""

    def boot(self, identity: str, hardware: Hardware) -> Message:
        """The station has started."""

    def heartbeat(self) -> Message:
        """The station is there."""

    def authorize(self, id_tag: str) -> Message:
        """May this card charge?"""

    def authorized(self, answer: Payload) -> str:
        """The status in the answer to `authorize`."""

    def word_of(self, status: ChargePointStatus) -> str:
        """What a status is called: the version may have one word for several."""

    def status(self, connector: Connector, time: datetime) -> Message | None:
        """A connector's status is this; None where that is not told."""

    def transaction_id(self) -> str | None:
        """The id of a new session, where the station gives it."""

    def started(self, session: "Session") -> Message:
        """A session has begun."""

    def turned(self, session: "Session", status: ChargePointStatus, time: datetime) -> Message:
        """The car of a session does something else; only where the dialect `tells_turns`."""

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
