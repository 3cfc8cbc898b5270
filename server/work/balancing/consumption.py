"""What flows in circuits: told, and kept a row a minute for charts."""

from collections.abc import Iterable, Mapping

from ampline.v1.circuit_balancing_pb2 import CircuitConsumption as Message
from ampline.v1.circuit_balancing_pb2 import CircuitLimited
from server.resources import events
from server.store.models import Circuit, CircuitConsumption
from server.store.reads import Rows
from server.store.statements import Append, Statement, param
from server.store.unit import Unit
from server.work.balancing import sites
from server.work.balancing.circuits import NOTHING, PhasesA
from server.work.balancing.decision import Decision
from server.work.balancing.sites import Position, Site
from server.work.balancing.supplies import phase_currents

MINUTE = 60_000_000
_SHORT_A = 0.05
"""Whoever has less than it asks for by this has less."""

_PLACE = Statement(
    Circuit.select(Circuit.location, Circuit.partner).where(Circuit.name == param("name"))
)
_KEEP = Append(CircuitConsumption, ("circuit", "time", "body"))
_KEPT = Statement(
    CircuitConsumption.select(CircuitConsumption.time).where(
        (CircuitConsumption.circuit == param("circuit"))
        & (CircuitConsumption.time == param("time"))
    )
)
_SINCE = Statement(
    CircuitConsumption.select(CircuitConsumption.body)
    .where(CircuitConsumption.circuit == param("circuit"))
    .where((CircuitConsumption.time >= param("since")) & (CircuitConsumption.time < param("until")))
    .order_by(CircuitConsumption.time)
)
_FORGET = Statement(CircuitConsumption.delete().where(CircuitConsumption.time < param("before")))


def of_circuit(site: Site, circuit: str) -> Message:
    """What flows in a circuit of the tree."""
    share = site.shares[circuit]
    message = Message(
        circuit=circuit,
        limit=phase_currents(share.everywhere(share.limit_a)),
        unmanaged=phase_currents(site.loads[circuit]),
        drawn=phase_currents(sites.drawn_in(site, circuit)),
        allowed=phase_currents(_allowed(site, circuit)),
    )
    message.time.FromMicroseconds(site.now)
    return message


def _allowed(site: Site, circuit: str) -> PhasesA:
    bounds = site.bounds()
    total = [*NOTHING]
    for taker in site.takers():
        if circuit in sites.path_of(site.shares, taker.feeder):
            for phase in taker.phases:
                total[phase] += bounds[taker.name]
    return total[0], total[1], total[2]


def tell(unit: Unit, site: Site) -> None:
    """Tells what flows in each circuit where cars charge, and keeps it once a minute."""
    minute = site.now // MINUTE * MINUTE
    for circuit in site.shares:
        if not any(_is_in(site, each, circuit) for each in site.positions):
            continue
        message = of_circuit(site, circuit)
        _tell(unit, "circuit.consumption", circuit, message)
        if unit.one(_KEPT, circuit=circuit, time=minute) is None:
            unit.insert(_KEEP, (circuit, minute, message.SerializeToString()))


def limited(decision: Decision) -> dict[str, CircuitLimited]:
    """The circuits because of which somebody has less than it asks for."""
    site = decision.site
    full = _full(decision)
    found: dict[str, CircuitLimited] = {}
    for position in site.positions:
        supply = position.supply
        if supply.rests or supply.granted_a >= supply.asked_a - _SHORT_A:
            continue
        for circuit in sites.path_of(site.shares, position.outlet.circuit):
            phases = site.phases_of(position.outlet, supply)
            if any((circuit, phase) in full for phase in phases):
                told = found.setdefault(circuit, CircuitLimited(circuit=circuit, limited=True))
                told.limited_evse_count += 1
                told.waiting_evse_count += supply.waits
    return found


def _full(decision: Decision) -> set[tuple[str, int]]:
    """The phases of circuits on which nobody who waits could have its minimum any more, or that
    have nothing left."""
    site, full = decision.site, set()
    left = {each.name: [*each.free_a] for each in site.feeders()}
    takers = site.takers()
    for taker in takers:
        for circuit in sites.path_of(site.shares, taker.feeder):
            for phase in taker.phases:
                left[circuit][phase] -= decision.targets[taker.name]
    waiting = [each for each in site.positions if each.supply.waits]
    least = min(
        (site.shares[each.outlet.circuit].circuit.min_current_a for each in waiting), default=0.0
    )
    for circuit, phases in left.items():
        full |= {(circuit, phase) for phase, a in enumerate(phases) if a < max(least, _SHORT_A)}
    return full


def tell_limited(
    unit: Unit, before: Mapping[str, CircuitLimited], now: Mapping[str, CircuitLimited]
) -> None:
    """Tells of circuits that have less than is asked for since, or have enough again."""
    for circuit in before.keys() - now.keys():
        _tell(unit, "circuit.limited", circuit, CircuitLimited(circuit=circuit))
    for circuit in now.keys() - before.keys():
        _tell(unit, "circuit.limited", circuit, now[circuit])


def _tell(unit: Unit, type: str, circuit: str, payload: Message | CircuitLimited) -> None:  # noqa: A002
    place = unit.one(_PLACE, name=circuit)
    if place is None:
        return
    location, partner = place
    unit.tell(events.event(type, circuit, payload, unit.now, location=location, partner=partner))


def _is_in(site: Site, position: Position, circuit: str) -> bool:
    return circuit in sites.path_of(site.shares, position.outlet.circuit)


def between(rows: Rows, circuit: str, since: int, until: int) -> list[Message]:
    """What flowed in a circuit, minute by minute; times in microseconds."""
    found = rows.all(_SINCE, circuit=circuit, since=since, until=until)
    return [Message.FromString(bytes(body)) for (body,) in found]


def forget(unit: Unit, before: int, _: int) -> bool:
    """Deletes what is older; whether there may be more."""
    unit.run(_FORGET, before=before)
    return False


def summary(points: Iterable[Message], most: int) -> list[Message]:
    """At most so many points: of each stretch the one with the most current."""
    told = [*points]
    if len(told) <= most:
        return told
    stretches: list[list[Message]] = [[] for _ in range(most)]
    for number, point in enumerate(told):
        stretches[number * most // len(told)].append(point)
    return [max(stretch, key=_flow) for stretch in stretches]


def _flow(point: Message) -> float:
    return max(
        point.drawn.l1_a + point.unmanaged.l1_a,
        point.drawn.l2_a + point.unmanaged.l2_a,
        point.drawn.l3_a + point.unmanaged.l3_a,
    )
