"""What a version of OCPP is to a station, and what a station is to those who do what it is told."""

import asyncio
from collections.abc import Callable, Mapping, Sequence, Sized
from datetime import datetime
from typing import Protocol

from ocpp.v16.enums import ChargePointStatus

from clients.charger.clock import Clock
from clients.charger.configuration import Configuration
from clients.charger.connector import Connector, Running
from clients.charger.course import Course
from clients.charger.exchange import Hardware, Message, Reply
from clients.charger.firmware import Firmware
from clients.charger.frames import Payload
from clients.charger.limits import Limits
from clients.charger.link import Address
from clients.charger.local_list import LocalList
from clients.charger.meter import Sample
from clients.charger.reservations import Reservations
from clients.charger.security import Security


class Charger(Protocol):
    """A station, as those see it who do what it is told."""

    address: Address
    hardware: Hardware
    registration: str | None
    firmware: Firmware | None
    online_since: datetime | None
    car_waiting: bool
    reboot_seconds: float
    identity: str
    dialect: "Dialect"
    security: Security
    configuration: Configuration
    clock: Clock
    connectors: list[Connector]
    local_list: LocalList
    limits: Limits
    reservations: Reservations
    reachable: asyncio.Event

    @property
    def outbox(self) -> Sized:
        """The transaction messages that wait."""

    @property
    def online(self) -> bool:
        """Whether it has a connection."""

    @property
    def accepted(self) -> bool:
        """Whether the central system has accepted it since it started."""

    @property
    def automatic(self) -> bool:
        """Whether it meters, retries and reconnects by itself."""

    @property
    def measurands(self) -> list[str]:
        """What is measured in a session."""

    @property
    def monitors(self) -> dict[int, Payload]:
        """The variables that it watches, by number."""

    @property
    def shown(self) -> dict[int, Payload]:
        """The messages on its display, by number."""

    @property
    def costs(self) -> dict[str, float]:
        """What its display says that sessions cost."""

    async def connect(self) -> None:
        """Opens a connection."""

    async def disconnect(self) -> None:
        """Closes it properly."""

    async def cut(self) -> None:
        """Loses it."""

    async def call(self, action: str, payload: Payload | None = None) -> Payload:
        """Makes a call; the answer's payload."""

    async def say(self, message: Message) -> Payload:
        """Makes a call of the dialect."""

    async def post(
        self,
        write: Callable[[], Message],
        message_id: object | None = None,
        take: Callable[[Payload], None] | None = None,
    ) -> Payload | None:
        """Queues a transaction message, and sends the queue."""

    async def flush(self) -> None:
        """Sends the queued transaction messages."""

    async def until(self, condition: Callable[[], bool], within: float | None = 10) -> None:
        """Waits until something is so of it."""

    def wake(self) -> None:
        """Lets those who wait look again."""

    async def boot(self) -> Payload:
        """Boots."""

    async def heartbeat(self) -> Payload:
        """Says that it is there."""

    async def authorize(self, id_tag: str) -> str:
        """Asks whether a card may charge."""

    async def announce(self) -> None:
        """Reports what is not known of its statuses."""

    async def tell_status(self, connector: int = 1) -> Payload:
        """Reports a connector's status."""

    async def set_status(self, connector: Connector, status: ChargePointStatus) -> None:
        """Changes a status, and reports it."""

    async def recover(self, connector: int = 1) -> None:
        """A connector works again."""

    async def plug_in(self, connector: int = 1) -> None:
        """A car comes."""

    async def unplug(self, connector: int = 1) -> None:
        """It leaves."""

    async def start(
        self, connector: int = 1, id_tag: str = "TAG", *, remote_start_id: int | None = None
    ) -> Running:
        """Begins a session."""

    def take_list(
        self, version: int, statuses: Mapping[str, str | None], *, is_full: bool
    ) -> bool | None:
        """Takes entries of the local list."""


Handler = Callable[["Charger", Payload], Reply]


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

    def started(self, session: Course) -> Message:
        """A session has begun."""

    def turned(self, session: Course, status: ChargePointStatus, time: datetime) -> Message:
        """The car of a session does something else; only where the dialect `tells_turns`."""

    def metered(
        self,
        connector: Connector,
        session: Course | None,
        samples: list[Sample],
        measurands: Sequence[str],
    ) -> Message:
        """Values were measured; told are those that `measurands` names."""

    def stopped(self, session: Course, measurands: Sequence[str]) -> Message:
        """A session has ended."""

    def accept_start(self, session: Course, answer: Payload) -> None:
        """Takes the session's id and its tag's status out of the answer to `started`."""
