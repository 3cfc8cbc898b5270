"""Circuits, and which charge points are their members."""

from collections.abc import Mapping, Sequence
from typing import Any

from peewee import fn

from ampline.v1 import circuit_pb2 as pb
from ampline.v1.charge_point_pb2 import ChargePoint
from ampline.v1.circuit_pb2_grpc import CircuitServiceServicer
from server.api.changes import Change, Particulars, Place
from server.api.crud import Crud
from server.api.filters import at_least, contains
from server.api.lanes import Call, writing
from server.api.services.charge_points import charge_points
from server.domain.errors import invalid_field
from server.resources.circuits import MAPPING, faults_of
from server.store import models
from server.store.reads import Rows
from server.store.unit import Unit
from server.work.circuits import require_fit, to_circuit

_MEMBERSHIP = ("circuit", "circuit_membership")


def _keep_the_tree(change: Change[pb.Circuit]) -> None:
    """Nothing goes round in a circle, and nothing is promised that is not there."""
    after = change.after
    if change.before is not None or after.parent_circuit:
        require_fit(change.unit, to_circuit(after), change.caller.partner)


def _counts(rows: Rows, names: Sequence[str]) -> Mapping[str, bytes]:
    """How many charge points are members of each of the circuits."""
    table = models.ChargePoint
    members = table.select(table.circuit, fn.COUNT(table.name)).where(table.circuit.in_(names))
    counted = members.group_by(table.circuit)
    return {
        name: pb.Circuit(charge_point_count=count).SerializeToString()
        for name, count in counted.tuples().execute(rows.database)
    }


def _place(change: Change[pb.Circuit]) -> Place:
    return Place(location=change.after.location or None)


circuits = Crud(
    MAPPING,
    pb.ListCircuitsRequest,
    pb.ListCircuitsResponse,
    orders=("create_time", "display_name", "update_time"),
    filters={"text": contains("search_text"), "updated_since": at_least("update_time")},
    particulars=Particulars(
        faults=faults_of, written=_keep_the_tree, addition=_counts, place=_place
    ),
)


class CircuitService(CircuitServiceServicer):
    """Keeps circuits, and which charge points are their members."""

    GetCircuit = circuits.get
    ListCircuits = circuits.list
    CreateCircuit = circuits.create
    UpdateCircuit = circuits.update
    DeleteCircuit = circuits.delete

    @writing
    def AttachChargePoint(self, request: Any, call: Call, unit: Unit) -> bytes:
        """Makes a charge point a member, in place of any circuit that it was in."""
        circuits.find(unit, request.name, call.caller)
        wanted = ChargePoint(circuit=request.name, circuit_membership=request.membership)
        return charge_points.revise(request, call, unit, request.charge_point, _MEMBERSHIP, wanted)

    @writing
    def DetachChargePoint(self, request: Any, call: Call, unit: Unit) -> bytes:
        """Takes a charge point out of the circuit."""
        circuits.find(unit, request.name, call.caller)
        row = charge_points.find(unit, request.charge_point, call.caller, lock=True)
        if charge_points.mapping.to_message(row).circuit != request.name:
            raise invalid_field("charge_point", f"is no member of {request.name}")
        nothing = ChargePoint()
        return charge_points.revise(request, call, unit, request.charge_point, _MEMBERSHIP, nothing)
