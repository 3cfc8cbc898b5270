"""The life of a station that is left alone: it connects, boots, beats, meters, and comes back."""

import asyncio
import logging
from contextlib import suppress
from dataclasses import dataclass
from random import uniform

from ocpp.v16.enums import ChargePointStatus, Reason
from websockets.exceptions import WebSocketException

from clients.charger.frames import CallError
from clients.charger.operations import register
from clients.charger.session import Session
from clients.charger.station import Station

log = logging.getLogger(__name__)

FAILURES = (OSError, WebSocketException, TimeoutError, CallError, KeyError, ValueError)
"""What a connection can fail of; the last two are answers that make no sense."""


FLOWING = (
    ChargePointStatus.charging,
    ChargePointStatus.suspended_ev,
    ChargePointStatus.suspended_evse,
)
"""Statuses that car and limits decide between."""

GLANCE = 60
"""Seconds, of the station's time, between looks at a car whose values nobody wants sampled."""


@dataclass(frozen=True, slots=True)
class Backoff:
    """How long a station waits before it dials again."""

    first: float = 1.0
    """Seconds after the first failure; doubled with each further one."""
    longest: float = 60.0
    """Seconds."""

    def seconds(self, failures: int) -> float:
        """Somewhere between half and all of it, so that stations do not come in step."""
        most = min(self.longest, self.first * 2 ** min(failures - 1, 30))
        return uniform(most / 2, most)  # noqa: S311 - no secret


async def run(station: Station, backoff: Backoff | None = None) -> None:
    """Lives until cancelled."""
    station.charge = charge
    patience = backoff or Backoff()
    failures = 0
    while True:
        await station.reachable.wait()
        try:
            await station.connect()
            await register(station)
            failures = 0
            await serve(station)
        except FAILURES as failure:
            log.info("%s: %r", station.identity, failure)
        await station.disconnect()
        failures += 1
        if station.reachable.is_set():
            await asyncio.sleep(patience.seconds(failures))


async def serve(station: Station) -> None:
    """Is connected, until it is not."""
    await station.announce()
    if len(station.outbox):
        station.spawn(station.flush())
    share = uniform(0.5, 1)  # noqa: S311 - no secret
    while station.online:
        await beat(station, share)
        share = 1.0


async def beat(station: Station, share: float) -> None:
    """Waits for (a share of) the interval, then sends a heartbeat."""
    interval = station.configuration["HeartbeatInterval"]

    def interrupted() -> bool:
        return not station.online or station.configuration["HeartbeatInterval"] != interval

    try:
        await station.until(interrupted, int(interval) * share or None)
    except TimeoutError:
        with suppress(CallError):
            await station.heartbeat()


async def charge(session: Session) -> None:
    """Meters a session until it ends, and ends it where its tag was refused."""
    station = session.station
    due = station.clock.elapsed()

    def over() -> bool:
        return not session.active or unwanted(session)

    while not over():
        due += station.configuration.count("MeterValueSampleInterval") or GLANCE
        wait = station.clock.wall_seconds(max(0.0, due - station.clock.elapsed()))
        try:
            await station.until(over, wait)
        except TimeoutError:
            await meter(session)
    if session.active:
        await session.stop(Reason.de_authorized)


def unwanted(session: Session) -> bool:
    """Whether a refused tag ends the session."""
    ends = session.station.configuration.flag("StopTransactionOnInvalidId")
    return ends and not session.accepted


async def meter(session: Session) -> None:
    """Sends the meter's values, unless switched off, and tells whether the car takes energy."""
    session.advance()
    if session.station.configuration.count("MeterValueSampleInterval"):
        with suppress(CallError, TimeoutError):
            await session.meter()
    place = session.connector
    status = ChargePointStatus.suspended_ev
    if place.offered_w <= 0:
        status = ChargePointStatus.suspended_evse
    elif place.car is not None and place.car.power_w(place.offered_w) > 0:
        status = ChargePointStatus.charging
    if session.active and place.status in FLOWING:
        await session.station.set_status(place, status)
