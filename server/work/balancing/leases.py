"""Which node shares which trees of circuits: one at a time, handed over when a node dies."""

from peewee import JOIN, fn

from server.store.models import Circuit, CircuitLease
from server.store.statements import Append, Statement, param
from server.store.unit import Unit

LASTS = 15_000_000
"""Microseconds that a lease lasts; its node renews it in time, or loses it."""
RENEWED_EVERY = 5.0
"""Seconds."""

EVERYWHERE = ""
"""The lease of what belongs to no tree."""

_UNLEASED = Statement(
    Circuit.select(Circuit.name)
    .where(Circuit.parent_circuit.is_null())
    .where(Circuit.name.not_in(CircuitLease.select(CircuitLease.circuit)))
)
_TAKE = Append(CircuitLease, ("circuit", "node", "until"))
_RENEW = Statement(
    CircuitLease.update(node=param("node"), until=param("until")).where(
        (CircuitLease.node == param("node")) | (CircuitLease.until < param("now"))
    )
)
_HELD = Statement(
    CircuitLease.select(CircuitLease.circuit)
    .join(Circuit, JOIN.LEFT_OUTER, on=(Circuit.name == CircuitLease.circuit))
    .where((CircuitLease.node == param("node")) & Circuit.parent_circuit.is_null())
    .where(Circuit.name.is_null(False) | (CircuitLease.circuit == EVERYWHERE))
)
_ANY = Statement(CircuitLease.select(CircuitLease.node).where(CircuitLease.circuit == EVERYWHERE))
_CIRCUIT = Statement(Circuit.select(Circuit.name).limit(1))
_HOLDS = Statement(
    CircuitLease.select(fn.COUNT(CircuitLease.circuit)).where(
        (CircuitLease.circuit == param("circuit"))
        & (CircuitLease.node == param("node"))
        & (CircuitLease.until >= param("now"))
    )
)
_LEAVE = Statement(CircuitLease.delete().where(CircuitLease.node == param("node")))
_ASKED = Statement(
    CircuitLease.select(CircuitLease.circuit, CircuitLease.asked).where(
        CircuitLease.node == param("node")
    )
)
_ASK = Statement(
    CircuitLease.update(asked=param("now")).where(CircuitLease.circuit == param("circuit"))
)
_LEASES_LOCK = 616_003


def claim(unit: Unit, node: str) -> list[str]:
    """Renews the node's leases, takes those that nobody has any more; all that it has then."""
    unit.take_turns(_LEASES_LOCK)
    until = unit.now + LASTS
    unit.run(_RENEW, node=node, until=until, now=unit.now)
    unleased = [circuit for (circuit,) in unit.all(_UNLEASED)]
    for circuit in unleased if unit.one(_ANY) else [EVERYWHERE, *unleased]:
        unit.insert(_TAKE, (circuit, node, until))
    return [circuit for (circuit,) in unit.all(_HELD, node=node)]


def are_needed(unit: Unit) -> bool:
    """Whether there is a circuit, whoever has it."""
    return unit.one(_CIRCUIT) is not None


def holds(unit: Unit, node: str, circuit: str) -> bool:
    """Whether the node may still decide on the circuit."""
    row = unit.one(_HOLDS, circuit=circuit, node=node, now=unit.now)
    return row is not None and row[0] == 1


def leave(unit: Unit, node: str) -> None:
    """Gives the node's leases up, so that another need not wait for their end."""
    unit.run(_LEAVE, node=node)


def ask(unit: Unit, root: str) -> None:
    """Has whoever holds a topmost circuit look at it soon."""
    unit.run(_ASK, circuit=root, now=unit.now)


def asked(unit: Unit, node: str) -> list[tuple[str, int]]:
    """When somebody last asked for a look at each of the node's circuits."""
    return [(circuit, time) for circuit, time in unit.all(_ASKED, node=node)]
