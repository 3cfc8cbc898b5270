"""Carries chargers' certificates on: signed by the authority, handed over, renewed in time.

What is to be done and when stands in the rows (`work/stations/certificates.py`). Whoever finds
something due puts it off before doing it, so of several nodes one does it; and if that one dies
meanwhile, another does it in its time.
"""

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from functools import partial

from server.domain.certificates import CertificateKind, CertificateState, SigningRefusedError
from server.domain.commands import ExtendedTriggerMessage, InstallOwnCertificate, TriggeredMessage
from server.domain.errors import RefusedError
from server.store.clock import now_us
from server.store.lane import LaneClosedError, WriteLane
from server.store.reads import ReadPool
from server.work.ports import CertificateAuthority, Stations
from server.work.stations import certificates
from server.work.stations.certificates import Due

log = logging.getLogger(__name__)

SECOND = 1_000_000
ANSWER_SECONDS = 30.0
LEAST_PAUSE, MOST_PAUSE = 60 * SECOND, 3600 * SECOND
"""Between two attempts at the same step: the longer it lasts, the longer, within these."""
RENEWAL_PAUSE = 24 * 3600 * SECOND
"""For a charger that was asked to renew its certificate, and has agreed."""
AT_ONCE = 50
_RENEWALS = {
    CertificateKind.CHARGE_POINT: TriggeredMessage.SIGN_CERTIFICATE,
    CertificateKind.V2G: TriggeredMessage.SIGN_V2G_CERTIFICATE,
}
_LATER = {"CHARGER_OFFLINE", "CHARGER_TIMEOUT"}


class Signing:
    """Does what is due, once a second. Tests call `tick`, and say what `now` is."""

    def __init__(
        self,
        lane: WriteLane,
        reads: ReadPool,
        stations: Stations,
        authority: CertificateAuthority,
        renewal: int,
        now: Callable[[], int] = now_us,
    ) -> None:
        """`renewal`: seconds before its end that a certificate is renewed; 0 = never."""
        self._lane = lane
        self._reads = reads
        self._stations = stations
        self._authority = authority
        self._renewal = renewal
        self._now = now
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begins to look."""
        self._task = asyncio.create_task(self._run(), name="signing")

    async def close(self) -> None:
        """Begins nothing any more."""
        if self._task:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task

    async def tick(self) -> None:
        """Does what is due."""
        found = await self._reads.read(partial(certificates.due, now=self._now(), limit=AT_ONCE))
        await asyncio.gather(*map(self._carry_on, found))

    async def _run(self) -> None:
        while True:
            try:
                await self.tick()
            except LaneClosedError:
                return
            except Exception:
                log.exception("certificates were not carried on for a moment")
            await asyncio.sleep(1)

    async def _carry_on(self, certificate: Due) -> None:
        pause = min(MOST_PAUSE, max(LEAST_PAUSE, (self._now() - certificate.update_time) // 2))
        until = self._now() + pause
        if not await self._put_off(certificate, certificate.due_time, until):
            return
        step = {
            CertificateState.REQUESTED: self._sign,
            CertificateState.SIGNED: self._deliver,
            CertificateState.INSTALLED: self._renew,
        }[certificate.state]
        await step(certificate._replace(due_time=until))

    async def _sign(self, certificate: Due) -> None:
        name = certificate.name
        try:
            chain = await self._authority.sign(certificate.kind, certificate.signing_request)
            if chain is None:
                await self._put_off(certificate, certificate.due_time, None)
                return
            await self._lane.write(partial(certificates.signed, name=name, chain=chain))
        except SigningRefusedError as error:
            declined = partial(certificates.declined, name=name, problem=str(error))
            await self._lane.write(declined)
        except (OSError, ValueError):
            log.warning("the authority could not be asked for %s", name, exc_info=True)

    async def _deliver(self, certificate: Due) -> None:
        handed = InstallOwnCertificate(
            certificate.kind, certificate.chain, certificate.request_number
        )
        try:
            answer = await self._stations.command(certificate.charge_point, handed, ANSWER_SECONDS)
        except RefusedError as error:
            if error.reason in _LATER:
                return
            problem = error.message
        else:
            problem = "" if answer.accepted else f"the charge point answered {answer.status}"
        await self._lane.write(
            partial(
                certificates.delivered,
                certificate=certificate,
                problem=problem,
                renewal=self._renewal,
            )
        )

    async def _renew(self, certificate: Due) -> None:
        wanted = ExtendedTriggerMessage(_RENEWALS[certificate.kind])
        try:
            await self._stations.command(certificate.charge_point, wanted, ANSWER_SECONDS)
        except RefusedError as error:
            if error.reason in _LATER:
                return
            log.warning("%s does not renew its certificate: %s", certificate.charge_point, error)
        await self._put_off(certificate, certificate.due_time, self._now() + RENEWAL_PAUSE)

    async def _put_off(self, certificate: Due, due: int, until: int | None) -> bool:
        return await self._lane.write(
            partial(certificates.put_off, name=certificate.name, due_time=due, until=until)
        )
