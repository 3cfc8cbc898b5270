"""Circuits as the domain sees them: their trees, loaded, and what of a change cannot be.

Whoever changes a tree is let through one at a time, or two changes, each right by itself,
could close a circle or promise the same current twice.
"""

from dataclasses import dataclass

from ampline.v1.charge_point_pb2 import ChargePoint as ChargePointMessage
from ampline.v1.circuit_pb2 import Circuit as CircuitMessage
from server.domain import circuits as domain
from server.domain.circuits import DEFAULT_MIN_CURRENT_A, Circuit, Member, Phases
from server.domain.errors import RefusedError, invalid_field, precondition
from server.store.models import ChargePoint
from server.store.models import Circuit as CircuitRow
from server.store.statements import Statement, param
from server.store.unit import Unit

_TREES_LOCK = 616_002

_COLUMNS = (
    CircuitRow.name,
    CircuitRow.parent_circuit,
    CircuitRow.phases,
    CircuitRow.max_current_a,
    CircuitRow.min_current_a,
    CircuitRow.offline_reserved_current_a,
    CircuitRow.connected_phase,
)
_WHOSE = Statement(CircuitRow.select(CircuitRow.partner).where(CircuitRow.name == param("name")))
_BY_NAME = Statement(CircuitRow.select(*_COLUMNS).where(CircuitRow.name == param("name")))
_BELOW = Statement(CircuitRow.select(*_COLUMNS).where(CircuitRow.parent_circuit == param("name")))
_MEMBERS = Statement(
    ChargePoint.select(ChargePoint.name, ChargePoint.circuit_membership).where(
        ChargePoint.circuit == param("circuit")
    )
)


@dataclass(frozen=True, slots=True)
class Tree:
    """Everything that hangs together with one circuit."""

    circuits: dict[str, Circuit]
    members: dict[str, Member]


def to_circuit(message: CircuitMessage) -> Circuit:
    """A circuit as it is to be."""
    return Circuit(
        message.name,
        message.parent_circuit or None,
        Phases(message.phases or Phases.THREE),
        message.max_current_a,
        message.min_current_a or DEFAULT_MIN_CURRENT_A,
        message.offline_reserved_current_a,
        message.connected_phase or None,
    )


def to_member(message: ChargePointMessage) -> Member:
    """A charge point as it is to be in its circuit."""
    return _member(message.name, message.circuit, message.circuit_membership)


def require_fit(unit: Unit, circuit: Circuit, partner: str | None) -> None:
    """Raises RefusedError INVALID_FIELD or CIRCUIT_OVERCOMMITTED if the tree could not be with
    this circuit as it is to be; circuits that are not the partner's, if one asks, are `another`."""
    unit.take_turns(_TREES_LOCK)
    tree = _tree_of(unit, circuit)
    domain_faults = domain.faults_of_place(tree.circuits, circuit.name)
    if domain_faults:
        field, problem = next(iter(domain_faults.items()))
        raise invalid_field(f"circuit.{field}", problem)
    for member in tree.members.values():
        fault = domain.fallback_fault(member, circuit) if member.circuit == circuit.name else None
        if fault:
            raise invalid_field("circuit.min_current_a", f"{member.name}'s fallback {fault}")
    _require_borne(unit, tree, circuit.name, partner)


def require_room(unit: Unit, member: Member, partner: str | None) -> None:
    """Raises RefusedError INVALID_FIELD or CIRCUIT_OVERCOMMITTED if the circuit, or one above it,
    could not have this member as it is to be; circuits are told of as in `require_fit`."""
    unit.take_turns(_TREES_LOCK)
    row = unit.one(_BY_NAME, name=member.circuit)
    if row is None:
        return  # the check of references tells
    circuit = _circuit(row)
    fault = domain.fallback_fault(member, circuit)
    if fault:
        raise invalid_field("charge_point.circuit_membership.fallback_current_a", fault)
    tree = _tree_of(unit, circuit)
    tree.members[member.name] = member
    _require_borne(unit, tree, circuit.name, partner)


def _require_borne(unit: Unit, tree: Tree, name: str, partner: str | None) -> None:
    overload = domain.overload_of(tree.circuits, list(tree.members.values()), name)
    if overload is None:
        return
    (whose,) = unit.one(_WHOSE, name=overload.circuit) or (None,)
    if partner in {None, whose}:
        raise _overcommitted(overload)
    raise precondition(
        "CIRCUIT_OVERCOMMITTED", "another circuit above would bear too much", circuit="another"
    )


def _overcommitted(overload: domain.Overload) -> RefusedError:
    committed, limit = f"{overload.committed_a:g}", f"{overload.max_current_a:g}"
    return precondition(
        "CIRCUIT_OVERCOMMITTED",
        f"{overload.circuit} would have to bear {committed} A that nobody can lower, of {limit} A",
        circuit=overload.circuit,
        committed_a=committed,
        max_current_a=limit,
    )


def _tree_of(unit: Unit, changed: Circuit) -> Tree:
    """The whole tree that a circuit is in, with the circuit as it is to be."""
    found = {changed.name: changed}
    top = _climb(unit, changed, found)
    waiting = [top, changed.name]
    done: set[str] = set()
    while waiting:
        name = waiting.pop()
        if name in done:
            continue
        done.add(name)
        for row in unit.all(_BELOW, name=name):
            found.setdefault(row[0], _circuit(row))
            waiting.append(row[0])
    return Tree(found, _members_of(unit, found))


def _climb(unit: Unit, circuit: Circuit, found: dict[str, Circuit]) -> str:
    """Adds the circuits above one; returns the name of the topmost."""
    while circuit.parent is not None and circuit.parent not in found:
        row = unit.one(_BY_NAME, name=circuit.parent)
        if row is None:
            break
        circuit = _circuit(row)
        found[circuit.name] = circuit
    return circuit.name


def _members_of(unit: Unit, circuits: dict[str, Circuit]) -> dict[str, Member]:
    return {
        name: _member(name, circuit, _membership(kept))
        for circuit in circuits
        for name, kept in unit.all(_MEMBERS, circuit=circuit)
    }


def _circuit(row: tuple[object, ...]) -> Circuit:
    name, parent, phases, most, least, reserved, connected = row
    return Circuit(
        str(name),
        None if parent is None else str(parent),
        Phases(phases),  # type: ignore[arg-type]
        most,  # type: ignore[arg-type]
        least,  # type: ignore[arg-type]
        reserved or 0.0,  # type: ignore[arg-type]
        connected,  # type: ignore[arg-type]
    )


def _membership(kept: bytes | None) -> ChargePointMessage.CircuitMembership:
    return ChargePointMessage.FromString(bytes(kept or b"")).circuit_membership


def _member(name: str, circuit: str, membership: ChargePointMessage.CircuitMembership) -> Member:
    unmanaged = membership.HasField("smart_charging") and not membership.smart_charging
    return Member(
        name,
        circuit,
        membership.fallback_current_a,
        membership.max_current_a if unmanaged else None,
    )
