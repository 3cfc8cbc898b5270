"""Profiles of operators at charge points whose limits are their circuit's to set."""

from server.domain.charging_profiles import ChargingProfile, Source
from server.domain.commands import ClearChargingProfile
from server.domain.errors import RefusedError, precondition
from server.store.models import ChargePoint
from server.store.models import ChargingProfile as Row
from server.store.reads import Rows
from server.store.statements import Statement, param
from server.store.unit import Unit
from server.work.balancing import leases
from server.work.balancing.caps import PURPOSES
from server.work.balancing.circuits import root_of

_CIRCUIT = Statement(
    ChargePoint.select(ChargePoint.circuit).where(ChargePoint.name == param("name"))
)
LIMITING = frozenset({"SetChargingProfile", "ClearChargingProfile"})
"""The calls that only the circuit makes."""


def circuit_of(rows: Rows, charge_point: str) -> str | None:
    """The circuit of a charge point."""
    row = rows.one(_CIRCUIT, name=charge_point)
    return row[0] if row else None


def is_kept(rows: Rows, charge_point: str, profile: ChargingProfile) -> bool:
    """Whether a profile is kept as a cap on what the circuit gives, and not sent."""
    return profile.purpose in PURPOSES and circuit_of(rows, charge_point) is not None


def changed(unit: Unit, charge_point: str) -> None:
    """Has the circuit go by the caps as they are now."""
    circuit = circuit_of(unit, charge_point)
    if circuit is not None:
        leases.ask(unit, root_of(unit, circuit))


def to_clear(
    unit: Unit, charge_point: str, told: ClearChargingProfile
) -> tuple[list[ClearChargingProfile], list[int]] | None:
    """What to tell the charger instead, so that the circuit's own limits stay, and the numbers of
    caps that are to go; None where there is no circuit."""
    if circuit_of(unit, charge_point) is None:
        return None
    found = Row.select(Row.profile_id, Row.purpose, Row.evse, Row.stack_level).where(
        (Row.charge_point == charge_point) & Row.source.not_in([Source.CIRCUIT, Source.CHARGER])
    )
    numbers = [
        (number, purpose in PURPOSES)
        for number, purpose, evse, level in found.tuples().execute(unit.database)
        if (told.number is None or told.number == number)
        and (told.evse is None or told.evse == evse)
        and (told.purpose is None or told.purpose == purpose)
        and (told.stack_level is None or told.stack_level == level)
    ]
    if not numbers:
        raise precondition(
            "CHARGER_REJECTED", f"{charge_point} has no such profile", status="Unknown"
        )
    sent = [ClearChargingProfile(number=number) for number, kept in numbers if not kept]
    return sent, [number for number, kept in numbers if kept]


def refused(circuit: str, action: str) -> RefusedError:
    """Why a call cannot be made by hand."""
    return precondition(
        "MANAGED_BY_CIRCUIT",
        f"limits are set by {circuit}: SetChargingProfile caps what it gives",
        circuit=circuit,
        action=action,
    )
