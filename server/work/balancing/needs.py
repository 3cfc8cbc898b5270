"""What cars ask for: kept for their EVSEs, and a part of what those ask of their circuits."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import astuple
from typing import NamedTuple

from peewee import JOIN

from ampline.v1.charge_point_event_pb2 import EvseChargingNeedsTold
from ampline.v1.charge_point_pb2 import ChargePoint as ChargePointMessage
from server.domain.balancing.needs import Needs
from server.domain.facts import ChargingNeedsTold
from server.resources import events
from server.resources.charging_needs import needs_message
from server.store.clock import to_us
from server.store.models import CarNeeds, ChargePoint, Evse, Session
from server.store.reads import Rows
from server.store.statements import Append, Statement, param
from server.store.unit import Unit
from server.work.balancing import leases
from server.work.balancing.circuits import root_of
from server.work.balancing.outlets import Outlet
from server.work.sessions import session_rows
from server.work.sessions.evses import find_or_make_evse

EARLY = 15 * 60 * 1_000_000
"""A car that asks so long before its session begins, in microseconds, asks for that."""

_COLUMNS = (
    "evse",
    "session",
    "told_time",
    "phases",
    "most_a",
    "most_w",
    "until_wh",
    "departure",
)
_FORGET = Statement(CarNeeds.delete().where(CarNeeds.evse == param("evse")))
_KEEP = Append(CarNeeds, _COLUMNS)
_OF_CIRCUIT = Statement(
    CarNeeds.select(*(getattr(CarNeeds, column) for column in _COLUMNS))
    .join(Evse, on=(Evse.name == CarNeeds.evse))
    .join(ChargePoint, on=(ChargePoint.name == Evse.charge_point))
    .where(ChargePoint.circuit == param("circuit"))
)
_AT = (
    CarNeeds.select(
        *(getattr(CarNeeds, column) for column in _COLUMNS),
        Session.name,
        Session.start_time,
        Session.energy_wh,
    )
    .join(Evse, on=(Evse.name == CarNeeds.evse))
    .join(Session, JOIN.LEFT_OUTER, on=(Session.name == Evse.active_session))
)
_MEMBER = Statement(
    ChargePoint.select(ChargePoint.circuit, ChargePoint.circuit_membership).where(
        ChargePoint.name == param("name")
    )
)


class Told(NamedTuple):
    """What the car at an EVSE asked for; of no session if none had begun."""

    session: str | None
    told_time: int
    needs: Needs

    def is_of(self, session: str, start_time: int) -> bool:
        """Whether the session, which began then, is the one that it was asked for."""
        if self.session is not None:
            return self.session == session
        return start_time - EARLY <= self.told_time

    def waits(self, now: int) -> bool:
        """Whether its session may still begin."""
        return self.session is None and now - EARLY <= self.told_time


def told(unit: Unit, charge_point: str, fact: ChargingNeedsTold) -> bool:
    """A car asks for something, which is kept for whoever looks at its EVSE; whether its charger
    will be given limits that go by it."""
    if fact.evse < 1:
        return False
    evse = find_or_make_evse(unit, charge_point, fact.evse)
    running = next(iter(session_rows.active_on(unit, evse.name)), None)
    had_wh = running.energy_wh if running else 0
    until = None if fact.energy_wh is None else fact.energy_wh + had_wh
    departure = None if fact.departure is None else to_us(fact.departure)
    asked = Needs(fact.phases, fact.most_a, fact.most_w, until, departure)
    forget(unit, evse.name)
    unit.insert(_KEEP, (evse.name, running.name if running else None, unit.now, *astuple(asked)))
    circuit = _circuit(unit, charge_point)
    if circuit is not None:
        leases.ask(unit, root_of(unit, circuit))
    payload = EvseChargingNeedsTold(
        charging_needs=needs_message(unit.now, asked, had_wh), is_planned_by=circuit is not None
    )
    unit.tell(
        events.event(
            "evse.charging_needs_told",
            evse.name,
            payload,
            unit.now,
            charge_point=charge_point,
            location=evse.location,
            partner=evse.partner,
        )
    )
    return circuit is not None


def _circuit(unit: Unit, charge_point: str) -> str | None:
    """The circuit that gives the charge point limits."""
    circuit, kept = unit.one(_MEMBER, name=charge_point) or (None, None)
    said = ChargePointMessage.FromString(bytes(kept or b"")).circuit_membership
    if said.HasField("smart_charging") and not said.smart_charging:
        return None
    return str(circuit) if circuit else None


def forget(unit: Unit, evse: str) -> None:
    """Nobody asks for anything at that EVSE."""
    unit.run(_FORGET, evse=evse)


def of_circuit(rows: Rows, circuit: str) -> dict[str, Told]:
    """What was asked for at the EVSEs of a circuit's own members."""
    return {
        evse: Told(session, time, Needs(*needs))
        for evse, session, time, *needs in rows.all(_OF_CIRCUIT, circuit=circuit)
    }


def shown(rows: Rows, evses: Sequence[str], now: int) -> Iterator[tuple[str, Told, int]]:
    """What the cars that stand at these EVSEs asked for: the EVSE, what, and how much energy it has
    had, in Wh."""
    found = _AT.where(CarNeeds.evse.in_(evses)).tuples().execute(rows.database)
    for evse, of, time, *told in found:
        *needs, session, start_time, energy_wh = told
        asked = Told(of, time, Needs(*needs))
        if asked.waits(now) if session is None else asked.is_of(session, start_time):
            yield evse, asked, energy_wh or 0


def of_car(asked: Mapping[str, Told], outlet: Outlet) -> Needs:
    """What the car that charges at an EVSE asked for."""
    told = asked.get(outlet.evse)
    session = outlet.session
    if told is None or session is None or not told.is_of(session.name, session.start_time):
        return Needs()
    return told.needs
