"""The bridge as a whole: its socket, its clock, its start and stop."""

import asyncio

from websockets.http11 import Request

from server.domain.connector_numbers import AS_EVSES
from server.domain.facts import OcppVersion
from server.ocpp.boots import Boots
from server.ocpp.dialect16 import OCPP_1_6
from server.ocpp.dialect201 import OCPP_2_0_1, OCPP_2_1
from server.ocpp.gate.door import Arrival, Door
from server.ocpp.gate.tls import Tls
from server.ocpp.hearing import Voice
from server.ocpp.link.secure import SecureTransport
from server.ocpp.link.socket import GOING_AWAY, Patience, Socket
from server.ocpp.stations import ConnectedStations
from server.ocpp.visit import Visit
from server.settings import Settings
from server.store.lane import WriteLane
from server.store.reads import ReadPool
from server.work import nodes
from server.work.ports import CertificateServices
from server.work.rules import Rules
from server.work.stations import connections
from server.work.stations.connections import Connection

DIALECTS = {dialect.subprotocol: dialect for dialect in (OCPP_1_6, OCPP_2_0_1, OCPP_2_1)}
"""The versions that are spoken here, by subprotocol."""

BACKLOG = 4096
SEEN_EVERY = 15.0
"""Seconds between two writes of when chargers were last heard, and two looks at TLS's files."""

GOODBYE = 1.0
"""Seconds that chargers have to answer our close."""


class Bridge:
    """Listens for chargers. `stations` is who is connected; `port` where it listens."""

    def __init__(
        self,
        settings: Settings,
        lane: WriteLane,
        reads: ReadPool,
        rules: Rules,
        tls: Tls | None = None,
        certificates: CertificateServices | None = None,
    ) -> None:
        self.stations = ConnectedStations(lane, reads)
        self._settings = settings
        self._lane = lane
        self._reads = reads
        self._rules = rules
        self._tls = tls
        self._certificates = certificates
        self._boots = Boots(lane, self.stations, rules)
        self._sockets: set[Socket] = set()
        self._empty = asyncio.Event()
        self._patience = Patience.by_heartbeat(settings.heartbeat)
        self._door: Door
        self._server: asyncio.Server
        self._tls_server: asyncio.Server | None = None
        self._clock: asyncio.Task[None]

    @property
    def port(self) -> int:
        """The TCP port: the operating system's choice if the setting is 0."""
        return int(self._server.sockets[0].getsockname()[1])

    @property
    def tls_port(self) -> int | None:
        """The TLS port; None = there is none."""
        server = self._tls_server
        return int(server.sockets[0].getsockname()[1]) if server else None

    async def start(self) -> None:
        """Listens. Connections that a node held which is no more are noted as ended first; this one
        holds none yet, whatever it held before it died."""
        node = self._settings.node
        await self._lane.write(
            lambda unit: connections.lost(unit, nodes.living(unit, unit.now) - {node})
        )
        self._door = self._make_door()
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(
            lambda: Socket(self, self._sockets, self._patience),
            self._settings.listen,
            self._settings.ocpp_port,
            backlog=BACKLOG,
        )
        self._tls_server = await self._listen_by_tls(loop)
        self._clock = asyncio.create_task(self._tick())

    async def _listen_by_tls(self, loop: asyncio.AbstractEventLoop) -> asyncio.Server | None:
        tls, settings = self._tls, self._settings
        if tls is None or settings.ocpp_tls_port is None:
            return None

        def made() -> SecureTransport:
            socket = Socket(self, self._sockets, self._patience)
            return SecureTransport(tls.context, socket, self._door.tls_failed)

        return await loop.create_server(
            made, settings.ocpp_tls_listen, settings.ocpp_tls_port, backlog=BACKLOG
        )

    def _make_door(self) -> Door:
        door = Door(self._settings, self._lane, self._reads, DIALECTS, self._welcome)
        if self._tls:
            door.judge = self._tls.judge
        return door

    async def stop(self) -> None:
        """Lets nobody in, answers what came, says goodbye, notes who was there."""
        self._server.close()
        if self._tls_server:
            self._tls_server.close()
        self._door.close()
        self._clock.cancel()
        await self._boots.stop()
        for visit in self.stations:
            visit.wire.pause()
        await self._lane.write(_nothing)  # behind all that came before
        self.stations.tell_seen()
        for visit in self.stations:
            self.stations.leave(visit, "the server stopped")
            visit.wire.close(GOING_AWAY, "the server stops")
            visit.wire.resume()
        await self._emptied()
        await self._lane.write(_nothing)

    def knock(self, socket: Socket, request: Request) -> None:
        """A handshake's request came."""
        self._door.knock(socket, request)

    def gone(self, socket: Socket, reason: str) -> None:
        """A socket is closed."""
        if isinstance(socket.guest, Visit):
            self.stations.leave(socket.guest, reason)
        if not self._sockets:
            self._empty.set()

    def _welcome(self, socket: Socket, arrival: Arrival) -> None:
        admission = arrival.admission
        dialect = arrival.dialect
        if admission.clock_time_zone != "UTC":
            dialect = dialect.by_clock(admission.clock_time_zone)
        counts_connectors = dialect.version is OcppVersion.OCPP_1_6
        numbers = admission.numbers if counts_connectors else AS_EVSES
        strict = self._settings.ocpp_strict if admission.strict is None else admission.strict
        connection = Connection(
            admission.charge_point,
            arrival.identity,
            self._settings.node,
            self.stations.since(),
            dialect.version,
            arrival.remote_address,
            arrival.security_profile,
        )
        visit = Visit(
            connection,
            Voice(admission.charge_point, dialect, self._rules, numbers, self._certificates),
            socket,
            self._lane,
            lenient=not strict,
            registration=admission.registration,
            rate=self._settings.messages_per_second,
            booted=self._boots.note,
        )
        socket.guest = visit
        self.stations.enter(visit)

    async def _tick(self) -> None:
        loop = asyncio.get_running_loop()
        told = loop.time()
        while True:
            await asyncio.sleep(self._patience.tick)
            now = loop.time()
            for socket in [*self._sockets]:
                socket.tick(now)
            if now - told >= SEEN_EVERY:
                told = now
                self.stations.tell_seen()
                if self._tls:
                    self._tls.look_again()

    async def _emptied(self) -> None:
        """Waits until all sockets are closed; cuts those that take too long."""
        self._empty.clear()
        if self._sockets:
            try:
                await asyncio.wait_for(self._empty.wait(), GOODBYE)
            except TimeoutError:
                for socket in [*self._sockets]:
                    socket.abort()


def _nothing(_: object) -> None:
    """A job that only waits for its turn."""
