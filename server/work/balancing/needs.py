"""What cars ask for: kept for their EVSEs, and a part of what those ask of their circuits."""

from collections.abc import Mapping
from typing import NamedTuple

from ampline.v1.charge_point_pb2 import ChargePoint as ChargePointMessage
from server.domain.balancing.needs import Needs
from server.domain.facts import ChargingNeedsTold
from server.store.clock import to_us
from server.store.models import CarNeeds, ChargePoint, Evse
from server.store.reads import Rows
from server.store.statements import Append, Statement, param
from server.store.unit import Unit
from server.work.balancing import leases
from server.work.balancing.circuits import root_of
from server.work.balancing.outlets import Charging, Outlet
from server.work.sessions import session_rows
from server.work.sessions.evses import evse_name

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

    def is_of(self, session: Charging) -> bool:
        """Whether the session is the one that it was asked for."""
        if self.session is not None:
            return self.session == session.name
        return session.start_time - EARLY <= self.told_time


def told(unit: Unit, charge_point: str, fact: ChargingNeedsTold) -> bool:
    """A car asks for something; whether its charger will be given limits that go by it."""
    circuit, kept = unit.one(_MEMBER, name=charge_point) or (None, None)
    said = ChargePointMessage.FromString(bytes(kept or b"")).circuit_membership
    if circuit is None or (said.HasField("smart_charging") and not said.smart_charging):
        return False
    evse = evse_name(charge_point, fact.evse)
    running = next(iter(session_rows.active_on(unit, evse)), None)
    until = None
    if fact.energy_wh is not None:
        until = fact.energy_wh + (running.energy_wh if running else 0)
    departure = None if fact.departure is None else to_us(fact.departure)
    session = running.name if running else None
    row = (evse, session, unit.now, fact.phases, fact.most_a, fact.most_w)
    forget(unit, evse)
    unit.insert(_KEEP, (*row, until, departure))
    leases.ask(unit, root_of(unit, circuit))
    return True


def forget(unit: Unit, evse: str) -> None:
    """Nobody asks for anything at that EVSE."""
    unit.run(_FORGET, evse=evse)


def of_circuit(rows: Rows, circuit: str) -> dict[str, Told]:
    """What was asked for at the EVSEs of a circuit's own members."""
    return {
        evse: Told(session, time, Needs(*needs))
        for evse, session, time, *needs in rows.all(_OF_CIRCUIT, circuit=circuit)
    }


def of_car(asked: Mapping[str, Told], outlet: Outlet) -> Needs:
    """What the car that charges at an EVSE asked for."""
    told = asked.get(outlet.evse)
    if told is None or outlet.session is None or not told.is_of(outlet.session):
        return Needs()
    return told.needs
