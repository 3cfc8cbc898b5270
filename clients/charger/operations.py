"""What a station does by itself when it is told to from afar, or when its life demands it."""

import asyncio
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from time import monotonic

from ocpp.v16.enums import AuthorizationStatus, ChargePointStatus, Reason

from clients.charger.connector import Connector, Lag, Running
from clients.charger.dialect import Charger
from clients.charger.limits import Profile
from clients.charger.places import at
from clients.charger.reservations import Reservation

PATIENCE = 10
"""Seconds before a station that was not accepted boots again, where the answer does not say."""

LINGER = 120
"""Seconds, of the station's time, that a car stays after a session that was started from afar."""


async def start_up(station: Charger) -> None:
    """Boots until accepted, reports every status that is not known, sends what is queued."""
    await register(station)
    await station.announce()
    await station.flush()


async def register(station: Charger) -> None:
    """Boots until accepted, as often as the central system wants it; not again after that."""
    while not station.accepted:
        answer = await station.boot()
        if not station.accepted:
            with suppress(TimeoutError):
                await station.until(
                    lambda: station.accepted or not station.online, answer["interval"] or PATIENCE
                )


async def start_remotely(
    station: Charger,
    place: Connector,
    id_tag: str,
    remote_start_id: int | None = None,
    profile: Profile | None = None,
) -> None:
    """Begins a session that was started from afar: asks first where the configuration says so.

    Where no car stands at the cable it waits for one, as long as ConnectionTimeOut says. `profile`
    limits the session from the start.
    """
    if place.car is None and station.car_waiting:
        await station.plug_in(place.number)
    if not await may_start(station, id_tag):
        return
    if await has_car(station, place) and place.free:
        session = await station.start(place.number, id_tag, remote_start_id=remote_start_id)
        if profile is not None:
            own = replace(profile, place=place.number, transaction_id=session.transaction_id)
            take_limit(station, own)
        if station.automatic and station.car_waiting:
            await drive_away(station, place, session)


async def drive_away(station: Charger, place: Connector, session: Running) -> None:
    """Takes the car away some time after it is charged, or the session has ended."""
    charged = ChargePointStatus.suspended_ev
    await station.until(lambda: not session.active or place.status is charged, None)
    await station.clock.sleep(LINGER)
    if place.session in (session, None):
        await station.unplug(place.number)


def is_running(station: Charger, place: int, transaction_id: int | str | None) -> bool:
    """Whether that session runs at the place."""
    known = at(station, place)
    session = known.session if known else None
    return session is not None and transaction_id in {None, session.transaction_id}


def limit_of(station: Charger, place: Connector) -> float | None:
    """The current of each phase that charging profiles leave to a place, in A."""
    if place.lags is not None and monotonic() < place.lags.until:
        return place.lags.limit_a
    session = place.session
    now = datetime.now(UTC)
    began = session.began if session else now
    transaction = session.transaction_id if session else None
    return station.limits.current_a(place.number, transaction, place.outlet, now, began)


def take_limit(station: Charger, profile: Profile) -> bool:
    """Keeps to a profile from now on; what flowed until now flowed by those before it. Whether the
    place is known, and the profile can be kept to."""
    if at(station, profile.place) is None:
        return False
    for place in station.connectors:
        if place.session is not None:
            place.session.advance()
    before = {place.number: limit_of(station, place) for place in station.connectors}
    taken = station.limits.install(profile)
    for place in station.connectors:
        if place.car is not None and place.car.reaction_seconds:
            place.lags = Lag(before[place.number], monotonic() + place.car.reaction_seconds)
    station.wake()
    return taken


def hindrance(station: Charger, wanted: Reservation) -> str | None:
    """Why a place cannot be held, in the word of every version; None = it can."""
    if wanted.place >= len(station.connectors):
        return "Rejected"
    places = station.connectors[1:] if not wanted.place else [station.connectors[wanted.place]]
    statuses = {place.status for place in places}
    if wanted.number in station.reservations or ChargePointStatus.available in statuses:
        return None
    worst = (ChargePointStatus.faulted, ChargePointStatus.unavailable)
    return next((word.value for word in worst if statuses == {word}), "Occupied")


async def hold(station: Charger, wanted: Reservation, until: datetime | None) -> bool:
    """Holds a place until then, or it is used or given up; whether its time was over."""
    station.reservations.hold(wanted)
    if wanted.place:
        await station.set_status(station.connectors[wanted.place], ChargePointStatus.reserved)
    left = None if until is None else (until - datetime.now(UTC)).total_seconds()
    try:
        await station.until(lambda: wanted.number not in station.reservations, left)
    except TimeoutError:
        await free(station, wanted.number)
        return True
    return False


async def free(station: Charger, number: int) -> None:
    """Holds a place no more."""
    held = station.reservations.drop(number)
    station.wake()
    place = station.connectors[held.place] if held else None
    if place and place.status is ChargePointStatus.reserved:
        await station.set_status(place, ChargePointStatus.available)


async def may_start(station: Charger, id_tag: str) -> bool:
    """Whether a card may charge that was named from afar."""
    if not station.configuration.flag("AuthorizeRemoteTxRequests"):
        return True
    return await station.authorize(id_tag) == AuthorizationStatus.accepted


async def has_car(station: Charger, place: Connector) -> bool:
    """Whether a car is at the cable, or comes in time."""
    patience = station.clock.wall_seconds(station.configuration.count("ConnectionTimeOut"))
    await station.set_status(place, ChargePointStatus.preparing)
    try:
        await station.until(lambda: place.car is not None, patience)
    except TimeoutError:
        await station.set_status(place, ChargePointStatus.available)
    return place.car is not None


async def unlock(station: Charger, place: Connector) -> None:
    """Lets the cable go: a session there ends."""
    if place.session is not None:
        await place.session.stop(Reason.unlock_command)


async def change_availability(
    station: Charger, places: list[Connector], *, operative: bool
) -> None:
    """Opens or closes connectors; one with a session closes when that ends."""
    for place in places:
        if place.session is not None:
            place.closing = not operative
        else:
            await open_or_close(station, place, operative=operative)


async def open_or_close(station: Charger, place: Connector, *, operative: bool) -> None:
    """Opens or closes a connector at which nothing goes on."""
    place.operative = operative
    if not operative:
        await station.set_status(place, ChargePointStatus.unavailable)
    elif place.status is ChargePointStatus.unavailable:
        await station.recover(place.number)


async def reset(station: Charger, *, hard: bool) -> None:
    """Restarts: softly after the sessions were ended and told, hard with the power cut first."""
    station.reachable.clear()
    if hard:
        await station.cut()
    await end_sessions(station, Reason.hard_reset if hard else Reason.soft_reset)
    await station.disconnect()
    await asyncio.sleep(station.reboot_seconds)
    restart(station)
    if not station.automatic:
        await station.connect()
        await start_up(station)


async def end_sessions(station: Charger, reason: Reason) -> None:
    """Ends every session."""
    for place in station.connectors:
        if place.session is not None:
            await place.session.stop(reason)


def restart(station: Charger) -> None:
    """The station begins anew: it boots again, and tells every status again."""
    station.registration = None
    for place in station.connectors:
        place.told = None
    station.reachable.set()
    station.wake()
