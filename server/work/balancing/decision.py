"""One decision on a tree of circuits: what each EVSE shall have, and what is told to whom now.

What is sent is written down before it goes out, so that whoever decides next, after a crash or on
another node, counts it.
"""

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum

from server.domain.balancing import Feeder, Promise, Taker, moved_on, next_step, share
from server.domain.balancing.demand import Measurement
from server.domain.balancing.promises import HOLDS, SECOND
from server.domain.balancing.wiring import watts_of
from server.domain.charging_profiles import (
    ChargingProfile,
    Kind,
    Period,
    Purpose,
    RateUnit,
    Schedule,
)
from server.domain.commands import ClearChargingProfile, Command, SetChargingProfile
from server.store.clock import to_datetime
from server.store.unit import Unit
from server.work.balancing import leases, sites, supplies
from server.work.balancing.circuits import Share
from server.work.balancing.outlets import Outlet
from server.work.balancing.sites import Position, Site, Tuning
from server.work.balancing.supplies import SupplyState
from server.work.sessions import waiting

RENEWED_AFTER = 55 * SECOND
"""A limit is sent again after so long, well before it becomes the fallback."""
WORTH_RAISING_A = 0.5
TENTH_A = 0.1
_EPSILON = 1e-6
TX_NUMBERS, DEFAULT_NUMBERS = 1_616_000, 1_617_000
"""Where the numbers of our profiles begin: one of each an EVSE."""


class What(Enum):
    """What an order is for."""

    SESSION = "its session"
    DEFAULT = "sessions that we have not seen"
    RELEASE = "nothing any more: it is in no circuit"


@dataclass(frozen=True, slots=True)
class Order:
    """What an EVSE is to be told; of a RELEASE, `profile` is None."""

    what: What
    evse: str
    number: int
    charge_point: str
    profile: ChargingProfile | None = None
    promise: Promise | None = None
    session: str | None = None
    changes: bool = True
    """Whether the limit is another than before."""
    connector: int = 0
    """Where the session is."""

    def commands(self) -> tuple[Command, ...]:
        """How it is said."""
        if self.profile is None:
            return self.releases()
        return (SetChargingProfile(self.profile, self.connector),)

    def releases(self) -> tuple[ClearChargingProfile, ...]:
        """What removes the profiles of ours."""
        ours = (TX_NUMBERS + self.number, DEFAULT_NUMBERS + self.number)
        return tuple(ClearChargingProfile(number=each) for each in ours)


@dataclass(frozen=True, slots=True)
class Decision:
    """What is to be sent, how the tree is, and what each EVSE shall come to, in A."""

    orders: tuple[Order, ...]
    site: Site
    targets: Mapping[str, float]


def decide(
    unit: Unit,
    node: str,
    root: str,
    measured: Mapping[str, Measurement],
    busy: Collection[str] = (),
    tuning: Tuning | None = None,
) -> Decision | None:
    """Decides on a tree that the node holds; None if it does not. `busy` are EVSEs that have not
    answered yet: they are told of less, but not of more."""
    if not leases.holds(unit, node, root):
        return None
    site = sites.load(unit, root, unit.now, measured, tuning)
    feeders, takers = site.feeders(), site.takers()
    targets = _shared(site, feeders, takers)
    steps = next_step(feeders, takers, targets, site.bounds())
    _move_line(site, takers, targets)
    orders = [*_defaults(site, busy), *_releases(unit, site.gone, site.now, busy)]
    for position in site.positions:
        supply = position.supply
        supply.granted_a = targets[supply.evse]
        supply.waits = supply.granted_a == 0.0 < supply.asked_a and not supply.rests
        order = _order(site, position, _floored(steps[supply.evse]), busy)
        if order is not None:
            orders.append(order)
    _save(unit, site)
    return Decision(tuple(orders), site, targets)


def _shared(site: Site, feeders: Sequence[Feeder], takers: Sequence[Taker]) -> dict[str, float]:
    """What each may have: first what it needs to be ready in time, or wants if it does not say
    when that is; then of the rest what it wants."""
    needed = {
        each.outlet.evse: each.needed_a for each in site.positions if each.needed_a is not None
    }
    if not needed:
        return share(feeders, takers)
    first = share(
        feeders,
        [
            replace(taker, most_a=min(taker.most_a, needed.get(taker.name, taker.most_a)))
            for taker in takers
        ],
    )
    return share(
        feeders,
        [replace(taker, bound_a=max(taker.bound_a, first[taker.name])) for taker in takers],
    )


def _floored(current_a: float) -> float:
    """To a tenth, as chargers are told."""
    return math.floor(current_a / TENTH_A + _EPSILON) * TENTH_A


def _move_line(site: Site, takers: Sequence[Taker], targets: Mapping[str, float]) -> None:
    """Moves the lines on, one for each priority, of those who do not rest; the first takers are
    those of the positions."""
    lines: dict[int, dict[str, Position]] = {}
    for position, taker in zip(site.positions, takers, strict=False):
        if not taker.resting:
            lines.setdefault(taker.priority, {})[taker.name] = position
    for line in lines.values():
        places = {name: each.supply.place for name, each in line.items()}
        served = {name for name in line if targets[name] > 0}
        for name, place in moved_on(places, served, site.now, site.tuning.turn).items():
            line[name].supply.place = place


def _order(site: Site, position: Position, step_a: float, busy: Collection[str]) -> Order | None:
    """What an EVSE is told now, if it is time."""
    outlet, supply = position.outlet, position.supply
    if not outlet.connected:
        return None
    lower = step_a < supply.allowed_a - _EPSILON
    if not lower and (outlet.evse in busy or site.is_silent(position)):
        return None
    changes = lower or supply.promises is None
    changes = changes or step_a >= supply.allowed_a + WORTH_RAISING_A
    unheld = site.bound_a(position) > max(step_a, outlet.fallback_a) + _EPSILON
    if not (changes or unheld or site.now - supply.told_time >= RENEWED_AFTER):
        return None
    promise = Promise(step_a, outlet.fallback_a, site.now, for_ever=not outlet.obeys_periods)
    supply.promises = (supply.promises or site.first_promises(outlet, supply)).told(promise)
    if step_a != supply.allowed_a:
        supply.given_time = site.now
    supply.allowed_a, supply.told_time = step_a, site.now
    if outlet.default_alone and supply.default_a is not None:
        # It outlives the session: until the fallback is told anew, it is what a next one may draw.
        supply.default_a = max(supply.default_a, step_a)
    profile = _limit(site, position, step_a)
    return Order(
        What.SESSION,
        outlet.evse,
        outlet.number,
        outlet.charge_point,
        profile,
        promise,
        supply.session,
        changes,
        outlet.session.connector if outlet.session else 0,
    )


def _limit(site: Site, position: Position, limit_a: float) -> ChargingProfile:
    """Two periods: the limit, and the fallback once we are silent for too long. Its purpose is TX,
    but for chargers that keep to their TX_DEFAULT alone."""
    outlet, supply = position.outlet, position.supply
    assert outlet.session is not None
    share_ = site.shares[outlet.circuit]
    phases = len(site.phases_of(outlet, supply)) if supply.used_phases else 0
    periods = (
        _period(outlet, share_, 0, limit_a, phases),
        _period(outlet, share_, HOLDS // SECOND, outlet.fallback_a, phases),
    )
    return ChargingProfile(
        (DEFAULT_NUMBERS if outlet.default_alone else TX_NUMBERS) + outlet.number,
        outlet.number,
        outlet.stack_level,
        Purpose.TX_DEFAULT if outlet.default_alone else Purpose.TX,
        Kind.ABSOLUTE,
        Schedule(_unit(outlet), periods, to_datetime(site.now // SECOND * SECOND)),
        transaction_id=None if outlet.default_alone else outlet.session.transaction_id,
    )


def _defaults(site: Site, busy: Collection[str]) -> list[Order]:
    """The fallbacks of EVSEs that have not confirmed theirs. Where it would replace the limit of a
    session, it waits for the end of that."""
    charging = ((each.outlet, each.supply) for each in site.positions)
    wanting = [*site.idle, *(each for each in charging if not each[0].default_alone)]
    return [
        _default(site, outlet)
        for outlet, supply in wanting
        if outlet.connected
        and outlet.evse not in busy
        and supply.default_a != outlet.fallback_a
        and site.may_try(supply)
    ]


def _default(site: Site, outlet: Outlet) -> Order:
    share_ = site.shares[outlet.circuit]
    schedule = Schedule(
        _unit(outlet),
        (_period(outlet, share_, 0, outlet.fallback_a, 0),),
        to_datetime(site.now // SECOND * SECOND),
    )
    profile = ChargingProfile(
        DEFAULT_NUMBERS + outlet.number,
        outlet.number,
        outlet.stack_level,
        Purpose.TX_DEFAULT,
        Kind.ABSOLUTE,
        schedule,
    )
    promise = Promise(outlet.fallback_a, outlet.fallback_a, site.now, for_ever=True)
    return Order(What.DEFAULT, outlet.evse, outlet.number, outlet.charge_point, profile, promise)


def release(unit: Unit, node: str, busy: Collection[str] = ()) -> list[Order]:
    """What is told to EVSEs of which the circuit was deleted since."""
    if not leases.holds(unit, node, leases.EVERYWHERE):
        return []
    return _releases(unit, supplies.without_circuit(unit), unit.now, busy)


def _releases(
    unit: Unit, gone: Iterable[SupplyState], now: int, busy: Collection[str]
) -> list[Order]:
    """What is told to EVSEs that are in no circuit any more, or our limits would be theirs for
    ever; those that nothing was told are forgotten."""
    orders = []
    for supply in gone:
        if supply.default_a is None and supply.promises is None:
            supplies.forget(unit, supply.evse)
        elif supply.evse not in busy and supply.failed_time + Tuning().silent <= now:
            number = int(supply.evse.rpartition("/")[2])
            orders.append(Order(What.RELEASE, supply.evse, number, supply.charge_point))
    return orders


def _unit(outlet: Outlet) -> RateUnit:
    return RateUnit.WATT if outlet.in_watts else RateUnit.AMPERE


def _period(outlet: Outlet, share_: Share, start: int, limit_a: float, phases: int) -> Period:
    if not outlet.in_watts:
        return Period(start, math.floor(limit_a * 10 + _EPSILON), phases)
    # What a car might draw on one phase alone counts until it is seen which phases it uses.
    counted = phases or (outlet.phases if outlet.direct_current else 1)
    told = watts_of(limit_a, counted, share_.voltage_v, outlet.efficiency)
    return Period(start, math.floor(told) * 10, phases)


def _save(unit: Unit, site: Site) -> None:
    for each in site.positions:
        _tell_waiting(unit, each.supply)
        supplies.save(unit, each.supply)
    for _, supply in site.idle:
        supplies.save(unit, supply)
    for supply in site.gone:
        if supply.waits:
            supply.waits = False
            _tell_waiting(unit, supply)
            supplies.save(unit, supply)


def _tell_waiting(unit: Unit, supply: SupplyState) -> None:
    """Tells of a session that it stands in line, or that it does not any more."""
    kept = supply.kept or {}
    waited = bool(kept.get("waits")) and kept.get("session") == supply.session
    if supply.session is not None and waited != supply.waits:
        waiting.in_line(unit, supply.session, supply.waits)
