"""Everything that a decision on a tree of circuits goes by, as it is in the database."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from server.domain.balancing import Feeder, Promises, Taker, joined
from server.domain.balancing.demand import (
    REACTION,
    Drawn,
    Measurement,
    Taking,
    asked_a,
    drawn_of,
    taking,
)
from server.domain.balancing.needs import Needs
from server.domain.balancing.promises import SECOND
from server.domain.balancing.standing import Standing, Subject, standing_of
from server.domain.facts import EvseStatus
from server.store.reads import Rows
from server.work.balancing import caps, needs, supplies
from server.work.balancing.circuits import NOTHING, PhasesA, Share, least_a, tree_of
from server.work.balancing.outlets import Outlet, Unmanaged, outlets_of, unmanaged_of
from server.work.balancing.supplies import SupplyState

CLOCKS_DIFFER = 10 * SECOND
"""How far a charger's clock may be off when a profile's second period begins."""


@dataclass(frozen=True, slots=True)
class Tuning:
    """How long things last, in microseconds."""

    turn: int = 15 * 60 * SECOND
    """Whoever has its minimum keeps it so long while others wait."""
    silent: int = 10 * SECOND
    """A charger that did not confirm a limit is not counted on for so long to take another."""
    confirms: int = 4 * SECOND
    """One that has not confirmed by then is not waited for: meanwhile others make room."""


class Position(NamedTuple):
    """An EVSE with a car: what it is, what it was told, what it may have."""

    outlet: Outlet
    supply: SupplyState
    most_a: float
    """What it can take: of EVSE, car, profiles and circuit the least."""
    needed_a: float | None = None
    """With how much of that its car is ready in time, if it said when that is."""


@dataclass(slots=True)
class Site:
    """A tree of circuits. Everything on the phases of its topmost circuit."""

    now: int
    shares: dict[str, Share]
    tuning: Tuning
    positions: list[Position] = field(default_factory=list)
    """With a session."""
    idle: list[tuple[Outlet, SupplyState]] = field(default_factory=list)
    """Without one."""
    unmanaged: list[Unmanaged] = field(default_factory=list)
    gone: list[SupplyState] = field(default_factory=list)
    """Of EVSEs that are not here any more."""
    loads: dict[str, PhasesA] = field(default_factory=dict)
    """What nobody manages in each circuit, with those below it."""

    def charge_points(self) -> set[str]:
        """Whose EVSEs are in it."""
        found = {each.outlet.charge_point for each in self.positions}
        found |= {outlet.charge_point for outlet, _ in self.idle}
        return found | {each.charge_point for each in self.unmanaged}

    def feeders(self) -> list[Feeder]:
        """The circuits, with what is free on them."""
        return [self._feeder(share) for share in self.shares.values()]

    def _feeder(self, share: Share) -> Feeder:
        limit, load = share.everywhere(share.limit_a), self.loads[share.circuit.name]
        free = (limit[0] - load[0], limit[1] - load[1], limit[2] - load[2])
        return Feeder(share.circuit.name, share.circuit.parent, free)

    def takers(self) -> list[Taker]:
        """Who wants current, and what counts for everybody else."""
        found = [self._taker(each) for each in self.positions]
        found += [self._idle(outlet, supply) for outlet, supply in self.idle]
        found += [self._fixed(each) for each in self.unmanaged]
        return found

    def _taker(self, position: Position) -> Taker:
        outlet, supply = position.outlet, position.supply
        assert outlet.session is not None
        standing = self._standing(outlet)
        bound = outlet.fallback_a
        silent = self.is_silent(position)
        if silent:
            bound = self.bound_a(position)
        return Taker(
            outlet.evse,
            outlet.circuit,
            min(supply.asked_a, bound) if silent else supply.asked_a,
            least_a(self.shares[outlet.circuit].circuit),
            self.phases_of(outlet, supply),
            bound,
            standing.priority,
            supply.place.turn,
            supply.place.arrival,
            standing.weight,
            resting=supply.rests,
        )

    def _idle(self, outlet: Outlet, supply: SupplyState) -> Taker:
        phases = self.phases_of(outlet, supply)
        return Taker(
            outlet.evse, outlet.circuit, 0.0, bound_a=self.unseen_a(outlet, supply), phases=phases
        )

    def _fixed(self, member: Unmanaged) -> Taker:
        fed = self.shares[member.circuit].fed
        return Taker(member.charge_point, member.circuit, 0.0, bound_a=member.most_a, phases=fed)

    def _standing(self, outlet: Outlet) -> Standing:
        session = outlet.session
        assert session is not None
        who = Subject(outlet.charge_point, outlet.evse, session.user_groups, session.soc_percent)
        rules = [rule for share in self.shares.values() for rule in share.rules]
        own = None
        if session.priority is not None:
            own = Standing(session.priority, session.weight or 1.0)
        return standing_of(who, rules, own, session.boost_until > self.now)

    def phases_of(self, outlet: Outlet, supply: SupplyState) -> tuple[int, ...]:
        """Which phases an EVSE loads."""
        return outlet.draws_on(self.shares[outlet.circuit].fed, supply.used_phases)

    def is_silent(self, position: Position) -> bool:
        """Whether its charger cannot be counted on to take another limit now."""
        supply = position.supply
        return not position.outlet.connected or not self.may_try(supply) or self._is_slow(supply)

    def _is_slow(self, supply: SupplyState) -> bool:
        """Whether its charger has what it was told last for longer than chargers take as a rule."""
        waiting = supply.promises is not None and bool(supply.promises.sent)
        unanswered = waiting and supply.failed_time <= supply.told_time
        return unanswered and supply.told_time + self.tuning.confirms < self.now

    def may_try(self, supply: SupplyState) -> bool:
        """Whether it is time again to tell a charger something that it did not confirm."""
        return supply.failed_time + self.tuning.silent <= self.now

    def bound_a(self, position: Position) -> float:
        """The most that a car may draw by what its charger was told and did not confirm."""
        promises = position.supply.promises
        if promises is None:
            return self.unseen_a(position.outlet, position.supply)
        return promises.most_at(self.now, CLOCKS_DIFFER)

    def unseen_a(self, outlet: Outlet, supply: SupplyState) -> float:
        """The most that an EVSE may draw in a session that it was told nothing for.

        Whoever is connected and without a car draws nothing before we hear of it; whoever cannot
        be heard, and was never seen to keep to a fallback, may draw all it can."""
        if supply.default_a is not None:
            return max(supply.default_a, outlet.fallback_a)
        if outlet.connected and outlet.session is None and not outlet.charges:
            return outlet.fallback_a
        return self.unheld_a(outlet)

    def unheld_a(self, outlet: Outlet) -> float:
        """What an EVSE draws at most where nothing limits it."""
        limit = self.shares[outlet.circuit].circuit.max_current_a
        return limit if outlet.most_a is None else min(outlet.most_a, limit)

    def first_promises(self, outlet: Outlet, supply: SupplyState) -> Promises:
        """What is known of an EVSE at the start of its session."""
        return Promises(self.unseen_a(outlet, supply))

    def bounds(self) -> dict[str, float]:
        """The most that everybody may draw now."""
        counted = {each.outlet.evse: self.bound_a(each) for each in self.positions}
        counted |= {outlet.evse: self.unseen_a(outlet, supply) for outlet, supply in self.idle}
        return counted | {each.charge_point: each.most_a for each in self.unmanaged}


def load(
    rows: Rows,
    root: str,
    now: int,
    measured: Mapping[str, Measurement] | None = None,
    tuning: Tuning | None = None,
) -> Site:
    """The tree below a topmost circuit, with what was measured of late."""
    site = Site(now, tree_of(rows, root, now), tuning or Tuning())
    for share in site.shares.values():
        _add_members(rows, site, share, measured or {})
    site.loads = _loads(site)
    return site


def _add_members(rows: Rows, site: Site, share: Share, measured: Mapping[str, Measurement]) -> None:
    name = share.circuit.name
    known = {each.evse: each for each in supplies.of_circuit(rows, name)}
    capped, asked = caps.caps_of(rows, name), needs.of_circuit(rows, name)
    for outlet in outlets_of(rows, share.circuit, share.voltage_v):
        supply = known.pop(outlet.evse, None) or _supply(rows, outlet)
        supply.circuit = name
        if supply.session != (outlet.session.name if outlet.session else None):
            supply.ended()
        if outlet.session is None:
            site.idle.append((outlet, supply))
            continue
        cap = caps.capped_a(capped, outlet, site.now, share.voltage_v)
        _begin(site, outlet, supply)
        _measure(outlet, supply, share.voltage_v, measured.get(outlet.evse))
        site.positions.append(_position(site, outlet, supply, cap, needs.of_car(asked, outlet)))
    site.unmanaged += unmanaged_of(rows, name)
    site.gone += known.values()


def _supply(rows: Rows, outlet: Outlet) -> SupplyState:
    """An EVSE that is new in the circuit; it may come from another one."""
    return supplies.of_evse(rows, outlet.evse) or SupplyState(
        outlet.evse, outlet.circuit, outlet.charge_point
    )


def _begin(site: Site, outlet: Outlet, supply: SupplyState) -> None:
    assert outlet.session is not None
    if supply.session is None:
        supply.session = outlet.session.name
        line = [each.supply.place for each in site.positions]
        supply.place = joined(line, outlet.session.start_time)


def _measure(
    outlet: Outlet, supply: SupplyState, voltage_v: int, measured: Measurement | None
) -> None:
    assert outlet.session is not None
    if measured is None or measured.time < outlet.session.start_time:
        return
    phases = supply.used_phases or outlet.phases
    drawn = drawn_of(measured, phases, voltage_v, outlet.efficiency, outlet.direct_current)
    supply.drawn = drawn or supply.drawn
    used = drawn.used_phases() if drawn and not outlet.direct_current else None
    if used is not None:
        supply.used_phases = max(used, supply.used_phases or 0)


def _position(
    site: Site, outlet: Outlet, supply: SupplyState, cap_a: float | None, car: Needs
) -> Position:
    assert outlet.session is not None
    if car.phases is not None and not outlet.direct_current:
        supply.used_phases = max(car.phases, supply.used_phases or 0)
    wiring = (
        supply.used_phases or outlet.phases,
        site.shares[outlet.circuit].voltage_v,
        outlet.efficiency,
    )
    energy_wh = outlet.session.energy_wh
    limits = (site.unheld_a(outlet), cap_a, car.most_of(*wiring))
    most = min(each for each in limits if each is not None)
    least = least_a(site.shares[outlet.circuit].circuit)
    _look_whether_it_takes(site, outlet, supply, least)
    paused = outlet.status == EvseStatus.SUSPENDED_EV or car.has_enough(energy_wh)
    wanted = min(most, least) if paused else most
    supply.asked_a = asked_a(
        wanted, least, supply.drawn, supply.allowed_a, supply.given_time, supply.taking
    )
    needed = car.needed_a(energy_wh, site.now, *wiring)
    return Position(outlet, supply, most, None if needed is None else max(least, needed))


def _look_whether_it_takes(site: Site, outlet: Outlet, supply: SupplyState, least: float) -> None:
    """A car that shall try again stands behind those who are there: it may be full still."""
    before = supply.taking
    supply.taking = taking(
        before,
        supply.drawn,
        supply.allowed_a,
        least,
        supply.given_time,
        site.now,
        site.tuning.turn,
        outlet.status == EvseStatus.SUSPENDED_EV,
    )
    if supply.taking is Taking.TRIES_AGAIN and before is Taking.NOTHING:
        supply.place = joined((each.supply.place for each in site.positions), site.now)


def _loads(site: Site) -> dict[str, PhasesA]:
    """What nobody manages in each circuit: its own, and that of those below it."""
    loads = {name: site.shares[name].everywhere(0.0) for name in site.shares}
    for name in reversed(_downwards(site.shares)):
        share = site.shares[name]
        loads[name] = _plus(loads[name], _own_load(site, share, loads[name]))
        parent = share.circuit.parent
        if parent in loads:
            loads[parent] = _plus(loads[parent], loads[name])
    return loads


def _own_load(site: Site, share: Share, below: PhasesA) -> PhasesA:
    reading = share.reading
    if reading is None:
        return share.everywhere(share.circuit.reserved_a)
    told = share.on_phases(reading.phases_a)
    if not reading.total:
        return told
    cars = drawn_in(site, share.circuit.name, since=reading.time - REACTION)
    return tuple(max(0.0, a - b - c) for a, b, c in zip(told, below, cars, strict=True))  # type: ignore[return-value] # three of three


def drawn_in(site: Site, circuit: str, since: int = 0) -> PhasesA:
    """What cars were measured to draw through a circuit at or after a time."""
    inside = {name for name in site.shares if circuit in path_of(site.shares, name)}
    total = NOTHING
    for outlet, supply, *_ in site.positions:
        if outlet.circuit in inside and supply.drawn and supply.drawn.time >= since:
            total = _plus(total, _drawn_by(site, outlet, supply, supply.drawn))
    return total


def _drawn_by(site: Site, outlet: Outlet, supply: SupplyState, drawn: Drawn) -> PhasesA:
    phases = site.phases_of(outlet, supply)
    currents = [0.0, 0.0, 0.0]
    for phase in phases:
        currents[phase] = drawn.most_a
    return currents[0], currents[1], currents[2]


def _downwards(shares: Mapping[str, Share]) -> list[str]:
    """The circuits, each behind the one above it."""
    return sorted(shares, key=lambda name: len(path_of(shares, name)))


def path_of(shares: Mapping[str, Share], name: str) -> list[str]:
    """A circuit and those above it."""
    path: list[str] = []
    at: str | None = name
    while at in shares and at not in path:
        assert at is not None
        path.append(at)
        at = shares[at].circuit.parent
    return path


def _plus(one: PhasesA, other: PhasesA) -> PhasesA:
    return one[0] + other[0], one[1] + other[1], one[2] + other[2]


def newcomer(site: Site, outlet: Outlet) -> Taker:
    """Whoever would come to an EVSE that is free now: behind all the others."""
    fed = site.shares[outlet.circuit].fed
    last = max((each.supply.place.turn for each in site.positions), default=0)
    return Taker(
        outlet.evse,
        outlet.circuit,
        site.unheld_a(outlet),
        least_a(site.shares[outlet.circuit].circuit),
        outlet.draws_on(fed, None),
        outlet.fallback_a,
        turn=last,
        arrival=site.now,
    )
