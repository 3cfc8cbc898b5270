"""Circuits, and what is wrong with one by itself."""

from ampline.v1.charge_point_pb2 import ChargePoint
from ampline.v1.circuit_pb2 import Circuit
from server.domain.circuits import DEFAULT_MIN_CURRENT_A
from server.resources.mapping import Mapping
from server.resources.opening_hours import is_time_of_day
from server.resources.search import fold
from server.store import models

MAPPING = Mapping(
    Circuit,
    models.Circuit,
    elsewhere=("charge_point_count",),
    derived={"search_text": lambda circuit: fold(circuit.display_name)},
)


def faults_of(circuit: Circuit) -> dict[str, str]:
    """Field path -> what is wrong with it."""
    faults = {}
    least = circuit.min_current_a or DEFAULT_MIN_CURRENT_A
    if circuit.max_current_a and least > circuit.max_current_a:
        faults["min_current_a"] = "must be at most max_current_a"
    if circuit.max_current_a and circuit.offline_reserved_current_a > circuit.max_current_a:
        faults["offline_reserved_current_a"] = "must be at most max_current_a"
    if circuit.schedule and not circuit.location:
        faults["location"] = "is required with a schedule: its time zone is the schedule's"
    return faults | _schedule_faults(circuit) | _priority_faults(circuit)


def _schedule_faults(circuit: Circuit) -> dict[str, str]:
    faults = {}
    for place, limit in enumerate(circuit.schedule):
        path = f"schedule[{place}]"
        if limit.max_current_a > circuit.max_current_a:
            faults[f"{path}.max_current_a"] = "must be at most the circuit's max_current_a"
        if limit.HasField("start_time") and not is_time_of_day(limit.start_time):
            faults[f"{path}.start_time"] = "is not a time of day"
        if limit.HasField("end_time") and not is_time_of_day(limit.end_time):
            faults[f"{path}.end_time"] = "is not a time of day"
    return faults


def _priority_faults(circuit: Circuit) -> dict[str, str]:
    faults = {}
    for place, each in enumerate(circuit.priorities):
        band = each.soc_band
        if band.HasField("max_percent") and band.max_percent <= band.min_percent:
            faults[f"priorities[{place}].soc_band"] = "max_percent must exceed min_percent"
    return faults


def membership_faults_of(charge_point: ChargePoint) -> dict[str, str]:
    """What is wrong with what a charge point says of its circuit: field path -> problem."""
    membership = charge_point.circuit_membership
    if charge_point.HasField("circuit_membership") and not charge_point.circuit:
        return {"circuit_membership": "is for a member of a circuit alone"}
    takes_limits = membership.smart_charging or not membership.HasField("smart_charging")
    if not takes_limits and not membership.HasField("max_current_a"):
        return {"circuit_membership.max_current_a": "is required without smart charging"}
    return {}
