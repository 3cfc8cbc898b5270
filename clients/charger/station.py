"""A simulated charging station."""

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from contextlib import suppress
from datetime import datetime
from functools import cached_property
from random import Random
from ssl import SSLContext
from typing import Any

from ocpp.v16.enums import ChargePointStatus, RegistrationStatus

from clients.charger.car import AC_22KW, Car, Outlet
from clients.charger.clock import Clock
from clients.charger.configuration import Configuration
from clients.charger.connector import SOUND, Connector, Fault
from clients.charger.dialect import Dialect
from clients.charger.endpoint import Endpoint
from clients.charger.exchange import Hardware, Reply
from clients.charger.firmware import Firmware
from clients.charger.frames import CallError, Disconnected, Payload
from clients.charger.limits import Limits
from clients.charger.link import Address, Observer
from clients.charger.local_list import LocalList
from clients.charger.ocpp16 import Ocpp16
from clients.charger.reservations import Reservations
from clients.charger.security import Security
from clients.charger.session import Session


class Station(Endpoint):
    """A charging station, under your hand: it does what you call, and answers what it is asked.

    `run` of `clients.charger.life` makes it live on its own instead.
    """

    def __init__(
        self,
        url: str,
        identity: str,
        password: str | bytes | None = None,
        *,
        connectors: int = 1,
        outlet: Outlet = AC_22KW,
        hardware: Hardware | None = None,
        configuration: dict[str, str] | None = None,
        clock: Clock | None = None,
        dialect: Dialect | None = None,
        subprotocols: tuple[str, ...] | None = None,
        ssl: SSLContext | None = None,
        security: Security | None = None,
        timeout: float = 30,
        reboot_seconds: float = 0,
        car_waiting: bool = True,
        observer: Observer | None = None,
    ) -> None:
        self.dialect = dialect or Ocpp16()
        spoken = (self.dialect.subprotocol,) if subprotocols is None else subprotocols
        self.security = security or Security()
        if ssl is None and url.startswith("wss:"):
            ssl = self.security.context()
        super().__init__(Address(url, identity, password, spoken, ssl, timeout), observer)
        self.hardware = hardware or Hardware()
        self.configuration = Configuration(dict(configuration or {}))
        self.configuration.set("NumberOfConnectors", str(connectors))
        self.clock = clock or Clock()
        self.connectors = [Connector(number, outlet) for number in range(connectors + 1)]
        """By number; number 0 is the station as a whole."""
        self.registration: str | None = None
        """What the last BootNotification was answered; None since the station started."""
        self.charge: Callable[[Session], Coroutine[Any, Any, None]] | None = None
        """What a session does by itself; None while the station is under your hand."""
        self.car_waiting = car_waiting
        """Whether a car stands there to be plugged in when a session is started from afar."""
        self.reboot_seconds = reboot_seconds
        self.local_list = LocalList()
        self.limits = Limits()
        self.reservations = Reservations()
        self.firmware: Firmware | None = None
        """What it fetched last."""
        self.online_since: datetime | None = None
        """When it connected last, by its own clock: what happened before is told late."""
        self.reachable = asyncio.Event()
        """Cleared while the station is without network or power."""
        self.reachable.set()

    async def connect(self) -> None:
        """Opens a connection; raises `websockets` errors where the handshake is refused."""
        await super().connect()
        self.online_since = self.clock.now()

    @cached_property
    def random(self) -> Random:
        """Chance, the same for the same identity."""
        return Random(self.identity)  # noqa: S311 - behaviour, not a secret

    @cached_property
    def monitors(self) -> dict[int, Payload]:
        """The variables that it was told to watch, by number (OCPP 2.x)."""
        return {}

    @cached_property
    def shown(self) -> dict[int, Payload]:
        """The messages on its display, by number (OCPP 2.x)."""
        return {}

    @cached_property
    def costs(self) -> dict[str, float]:
        """What its display says that sessions cost, by transaction id (OCPP 2.x)."""
        return {}

    @property
    def automatic(self) -> bool:
        """Whether it meters, retries and reconnects by itself."""
        return self.charge is not None

    @property
    def accepted(self) -> bool:
        """Whether the central system has accepted it since it started."""
        return self.registration == RegistrationStatus.accepted

    @property
    def ready(self) -> bool:
        """Whether transaction messages may be sent: a station waits until it is accepted."""
        return self.online and (self.accepted or not self.automatic)

    @property
    def attempts(self) -> int:
        """Under your hand a transaction message is given up at the first error."""
        return self.configuration.count("TransactionMessageAttempts") if self.automatic else 1

    async def pause(self, attempts: int) -> None:
        """Waits as TransactionMessageRetryInterval says."""
        interval = self.configuration.count("TransactionMessageRetryInterval")
        await self.clock.sleep(interval * attempts)

    @property
    def ping_interval(self) -> float | None:
        """Seconds between the pings of a connection; 0 in the configuration is none."""
        return self.configuration.count("WebSocketPingInterval") or None

    def handle(self, action: str, payload: Payload) -> Reply:
        """Does what the central system calls for."""
        handler = self.dialect.handlers.get(action)
        if handler is None:
            return super().handle(action, payload)
        try:
            return handler(self, payload)
        except (AttributeError, KeyError, TypeError) as fault:
            raise CallError(self.dialect.malformed, f"{action}: {fault!r}") from fault

    def take_list(
        self, version: int, statuses: Mapping[str, str | None], *, is_full: bool
    ) -> bool | None:
        """Takes entries of the local list; see `LocalList.take`."""
        most = self.configuration.count("SendLocalListMaxLength")
        taken = self.local_list.take(version, statuses, is_full=is_full, most=most)
        self.wake()
        return taken

    # What a station says

    async def boot(self) -> Payload:
        """BootNotification; takes over the interval and the time."""
        answer = await self.say(self.dialect.boot(self.identity, self.hardware))
        self.registration = answer["status"]
        if self.accepted and answer["interval"] > 0:
            self.configuration.set("HeartbeatInterval", str(answer["interval"]))
        self._set_clock(answer)
        self.wake()
        return answer

    async def heartbeat(self) -> Payload:
        """Heartbeat; takes over the time."""
        answer = await self.say(self.dialect.heartbeat())
        self._set_clock(answer)
        return answer

    def _set_clock(self, answer: Payload) -> None:
        self.clock.set(datetime.fromisoformat(answer["currentTime"]))
        if self.online_since is not None:  # a clock that is set back has not been offline
            self.online_since = min(self.online_since, self.clock.now())

    async def authorize(self, id_tag: str) -> str:
        """Asks whether a card may charge; returns the status, such as `Accepted`."""
        return self.dialect.authorized(await self.say(self.dialect.authorize(id_tag)))

    async def tell_status(self, connector: int = 1) -> Payload:
        """Reports a connector's status, whatever was reported before."""
        place = self.connectors[connector]
        word = self.dialect.word_of(place.status)
        message = self.dialect.status(place, self.clock.now())
        answer = {} if message is None else await self.say(message)
        place.told = word
        self.wake()
        return answer

    async def announce(self) -> None:
        """Reports the status of the station and of each connector where it is not known."""
        for connector in self.connectors:
            if connector.told != self.dialect.word_of(connector.status):
                await self.tell_status(connector.number)

    async def set_status(
        self, connector: Connector, status: ChargePointStatus, fault: Fault = SOUND
    ) -> None:
        """Changes a status and reports it, if it is a change and the station may."""
        turned, connector.status = connector.status is not status, status
        connector.fault = fault
        self.wake()
        with suppress(Disconnected, TimeoutError, CallError):
            if turned and isinstance(connector.session, Session):
                await self._tell_turn(connector.session, status)
            if self.ready and connector.told != self.dialect.word_of(status):
                await self.tell_status(connector.number)

    async def _tell_turn(self, session: Session, status: ChargePointStatus) -> None:
        """What the car does, where that is told of the session."""
        time = self.clock.now()
        if self.dialect.tells_turns:
            await self.post(lambda: self.dialect.turned(session, status, time))

    @property
    def measurands(self) -> list[str]:
        """What is measured in a session."""
        return self.configuration.items("MeterValuesSampledData")

    # What happens at a station

    async def plug_in(self, connector: int = 1, car: Car | None = None) -> None:
        """A car is connected: Preparing."""
        place = self.connectors[connector]
        place.car = car or Car()
        if place.free:
            await self.set_status(place, ChargePointStatus.preparing)

    async def unplug(self, connector: int = 1) -> None:
        """The car is disconnected: ends a session (EVDisconnected), then Available."""
        place = self.connectors[connector]
        if place.session is not None:
            place.session.advance()
        place.car = None
        if place.session is not None:
            await place.session.stop("EVDisconnected")
        elif place.operative and place.status is not ChargePointStatus.faulted:
            await self.set_status(place, ChargePointStatus.available)

    async def start(
        self,
        connector: int = 1,
        id_tag: str = "TAG",
        *,
        meter_start: int | None = None,
        time: datetime | None = None,
        message_id: object | None = None,
        remote_start_id: int | None = None,
    ) -> Session:
        """Begins a session, without asking first: StartTransaction, then Charging.

        Offline it begins too, and is told of later. `meter_start` sets the register, in Wh.
        """
        place = self.connectors[connector]
        if meter_start is not None:
            place.register_wh = meter_start
        session = Session(
            self,
            place,
            id_tag,
            start_time=time or self.clock.now(),
            meter_start=int(place.register_wh),
        )
        session.remote_start_id = remote_start_id
        if held := self.reservations.for_token(id_tag, connector):
            session.reservation_id = held.number
            self.reservations.drop(held.number)
        place.session = session
        self.wake()
        await self.post(
            lambda: self.dialect.started(session), message_id, take=session.take_start_answer
        )
        if session.active:
            await self.set_status(place, ChargePointStatus.charging)
        if self.charge is not None:
            self.spawn(self.charge(session))
        return session

    async def go_offline(self) -> None:
        """Loses the network; living on its own, it does not come back before `go_online`."""
        self.reachable.clear()
        await self.cut()

    def go_online(self) -> None:
        """The network is there again."""
        self.reachable.set()

    async def fail(self, connector: int, fault: Fault) -> None:
        """A connector breaks; a session there ends."""
        place = self.connectors[connector]
        await self.set_status(place, ChargePointStatus.faulted, fault)
        if place.session is not None:
            await place.session.stop("Other")

    async def recover(self, connector: int = 1) -> None:
        """A connector works again."""
        place = self.connectors[connector]
        status = ChargePointStatus.preparing if place.car else ChargePointStatus.available
        await self.set_status(place, status)
