"""The door: what happens between a handshake's request and the first frame."""

import asyncio
import logging
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import partial
from http import HTTPStatus
from typing import NamedTuple

from websockets.http11 import Request

from server.ocpp.dialect import Dialect
from server.ocpp.gate.admission import Failures, Turnstile
from server.ocpp.gate.credentials import Credentials, presented
from server.ocpp.gate.line import Judge, Line, line_of
from server.ocpp.gate.path import BadPathError, identity
from server.ocpp.gate.proof import Claim, Proof, UnprovenError
from server.ocpp.link.socket import PROTOCOL_ERROR, Socket
from server.resources.unknown_charge_points import is_charge_point_id
from server.settings import Settings
from server.store.ids import new_id
from server.store.lane import LaneClosedError, WriteLane
from server.store.reads import ReadPool
from server.work.access.passwords import is_charger_password
from server.work.stations import (
    certificates,
    connections,
    security_profiles,
    unknown_chargers,
)
from server.work.stations.connections import Admission

log = logging.getLogger(__name__)

LONGEST_WAIT = 25.0
"""Seconds that a handshake may wait for its turn; most chargers give up after 30."""


class Arrival(NamedTuple):
    """A charger that may come in."""

    identity: str
    remote_address: str
    admission: Admission
    dialect: Dialect
    security_profile: int
    """What it has proven: ampline.v1.ChargePoint.SecurityProfile."""


class TurnedAwayError(Exception):
    """A handshake that is answered with an HTTP error."""

    def __init__(self, status: HTTPStatus, text: str, retry_after: int | None = None) -> None:
        super().__init__(text)
        self.status = status
        self.text = text
        self.retry_after = retry_after


class Door:
    """Lets chargers in: `welcome` gets each with its open socket."""

    def __init__(
        self,
        settings: Settings,
        lane: WriteLane,
        reads: ReadPool,
        dialects: Mapping[str, Dialect],
        welcome: Callable[[Socket, Arrival], None],
    ) -> None:
        self._settings = settings
        self._lane = lane
        self._reads = reads
        self._dialects = dialects
        self._welcome = welcome
        self._turnstile = Turnstile(settings.handshakes_per_second)
        self.judge: Judge = lambda _: "from an authority that is not known here"
        """What a certificate is worth of which a proxy tells."""
        self._failures = Failures()
        self._proof = Proof(
            Credentials(lambda stored, password: is_charger_password(password, stored)),
            settings.unsecured_from,
        )
        self._tasks: set[asyncio.Task[None]] = set()
        self._now = asyncio.get_running_loop().time
        self.closed = False
        """Whether nobody is let in any more."""

    def knock(self, socket: Socket, request: Request) -> None:
        """A handshake's request came."""
        task = asyncio.create_task(self._answer(socket, request))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def tls_failed(self, address: str, problem: str) -> None:
        """A TLS handshake failed, so that nobody knows whose it was: an event, of not too many."""
        if self.closed or self._failures.exhausted(address, self._now()):
            return
        self._failures.count(address, self._now())
        log.info("TLS with %s failed: %s", address, problem)
        job = partial(connections.tls_failed, remote_address=address, problem=problem)
        with suppress(LaneClosedError):
            self._lane.note(job, _complain)

    def close(self) -> None:
        """Lets nobody in any more."""
        self.closed = True
        for task in self._tasks:
            task.cancel()

    async def _answer(self, socket: Socket, request: Request) -> None:
        try:
            await self._open(socket, request)
        except TurnedAwayError as refusal:
            socket.reject(refusal.status, refusal.text, refusal.retry_after)
        except LaneClosedError:
            socket.reject(HTTPStatus.SERVICE_UNAVAILABLE, "the server is stopping", 10)
        except Exception:
            log.exception("a handshake failed")
            socket.reject(HTTPStatus.INTERNAL_SERVER_ERROR, "internal error")

    async def _open(self, socket: Socket, request: Request) -> None:
        name = _identity(request, alone=socket.secured is not None)
        line = line_of(socket, request, self._settings.trusted_proxies, self.judge)
        await self._turn()
        admission = await self._reads.read(partial(connections.find, identity=name))
        if admission is None:
            admission = await self._stranger(name, line.address)
        claim = Claim(
            name,
            line,
            presented(request, name),
            admission,
            await self._is_revoked(admission, line),
        )
        profile = await self._authenticate(claim)
        if self.closed:
            raise TurnedAwayError(HTTPStatus.SERVICE_UNAVAILABLE, "the server is stopping", 10)
        self._let_in(socket, request, claim, profile)

    async def _turn(self) -> None:
        wait = self._turnstile.wait(self._now(), LONGEST_WAIT)
        if wait is None:
            raise TurnedAwayError(HTTPStatus.SERVICE_UNAVAILABLE, "too many at once", 10)
        if wait:
            await asyncio.sleep(wait)

    async def _stranger(self, name: str, address: str) -> Admission:
        """Registers an identity that nobody knows, or notes it and turns it away."""
        self._not_too_often(address)
        if self._settings.accept_unknown:
            charge_point = f"chargePoints/{name if is_charge_point_id(name) else new_id()}"
            register = unknown_chargers.register
            return await self._lane.write(
                partial(register, identity=name, charge_point=charge_point)
            )
        self._failures.count(address, self._now())
        await self._lane.write(
            partial(unknown_chargers.knocked, identity=name, remote_address=address)
        )
        raise TurnedAwayError(HTTPStatus.NOT_FOUND, "no such charge point")

    async def _is_revoked(self, admission: Admission, line: Line) -> bool:
        if line.certificate is None:
            return False
        look = partial(
            certificates.is_revoked,
            charge_point=admission.charge_point,
            serial_number=line.certificate.serial_number,
        )
        return await self._reads.read(look)

    async def _authenticate(self, claim: Claim) -> int:
        """The security profile that is proven."""
        address, admission = claim.line.address, claim.admission
        try:
            proven = self._proof.weigh(claim, partial(self._not_too_often, address))
            if proven.by_next_password and admission.next_password_hash:
                taken = partial(
                    security_profiles.taken,
                    charge_point=admission.charge_point,
                    password_hash=admission.next_password_hash,
                )
                await self._lane.write(taken)
            return proven.profile
        except UnprovenError as error:
            await self._refuse(claim, error)
            raise TurnedAwayError(HTTPStatus.UNAUTHORIZED, "unauthorized") from None

    async def _refuse(self, claim: Claim, error: UnprovenError) -> None:
        address = claim.line.address
        self._not_too_often(address)
        self._failures.count(address, self._now())
        await self._lane.write(
            partial(
                connections.security_event,
                charge_point=claim.admission.charge_point,
                kind=error.kind,
                remote_address=address,
                tech_info=error.problem,
            )
        )

    def _not_too_often(self, address: str) -> None:
        wait = self._failures.exhausted(address, self._now())
        if wait:
            raise TurnedAwayError(HTTPStatus.TOO_MANY_REQUESTS, "too many refused", wait)

    def _let_in(self, socket: Socket, request: Request, claim: Claim, profile: int) -> None:
        name, line, admission = claim.identity, claim.line, claim.admission
        allowed = admission.allowed_versions

        def choose(offered: list[str]) -> str | None:
            known = [word for word in offered if word in self._dialects]
            return next(
                (word for word in known if not allowed or self._dialects[word].version in allowed),
                None,
            )

        is_open, subprotocol = socket.accept(request, choose)
        if not is_open:
            return
        dialect = self._dialects[subprotocol] if subprotocol else self._assumed(request, admission)
        if dialect is None:
            log.warning(
                "%s at %s offers no OCPP version that it may speak here", name, line.address
            )
            socket.close(PROTOCOL_ERROR, f"offer one of: {', '.join(self._dialects)}")
        else:
            socket.pinged = admission.pinged
            self._welcome(socket, Arrival(name, line.address, admission, dialect, profile))

    def _assumed(self, request: Request, admission: Admission) -> Dialect | None:
        """What a charger speaks that offers nothing we know, as its record says."""
        offered = ",".join(request.headers.get_all("Sec-WebSocket-Protocol")).split(",")
        if any(word.strip() in self._dialects for word in offered):
            return None
        wanted = admission.default_version
        return next((one for one in self._dialects.values() if one.version == wanted), None)


def _complain(_: object, error: BaseException | None) -> None:
    if error:
        log.error("a failed TLS handshake could not be noted", exc_info=error)


def _identity(request: Request, *, alone: bool) -> str:
    try:
        name = identity(request.path, alone)
    except BadPathError as error:
        raise TurnedAwayError(HTTPStatus.BAD_REQUEST, str(error)) from None
    if name is None:
        raise TurnedAwayError(HTTPStatus.NOT_FOUND, "chargers connect to /ocpp/{identity}")
    return name
