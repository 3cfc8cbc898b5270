"""Circuits: what a tree of supplies with limits must be like before anything is shared in it.

Currents are in A on each phase. A circuit hangs below another or on the grid; charge points are
its members. How the current is shared is not told here, but what makes sharing impossible is.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import IntEnum

DEFAULT_MIN_CURRENT_A = 6.0
"""What a car needs at least (IEC 61851)."""
DEEPEST = 10
"""How many circuits may hang below one another."""


class Phases(IntEnum):
    """ampline.v1.Circuit.Phases."""

    SINGLE = 1
    THREE = 2
    SPLIT = 3


_FEEDS = {
    Phases.SINGLE: {Phases.SINGLE},
    Phases.THREE: {Phases.SINGLE, Phases.THREE, Phases.SPLIT},
    Phases.SPLIT: {Phases.SINGLE, Phases.SPLIT},
}
"""Which wiring can hang below which."""


@dataclass(frozen=True, slots=True)
class Circuit:
    """A supply with a limit on each of its phases."""

    name: str
    parent: str | None
    phases: Phases
    max_current_a: float
    min_current_a: float = DEFAULT_MIN_CURRENT_A
    """Below it a car is paused."""
    reserved_a: float = 0.0
    """Kept free for what nobody manages."""
    connected_phase: int | None = None
    """The phase of its parent that a single-phase circuit hangs on; None = it is not said."""


@dataclass(frozen=True, slots=True)
class Member:
    """A charge point in a circuit, by what it draws although nobody hears of it."""

    name: str
    circuit: str
    fallback_a: float = 0.0
    """What it keeps to when it hears nothing from us: 0, or at least the circuit's minimum."""
    unmanaged_a: float | None = None
    """What it may draw at any time, where it takes no limits from us; None = it takes them."""

    @property
    def committed_a(self) -> float:
        """What must always be left for it."""
        return self.fallback_a if self.unmanaged_a is None else self.unmanaged_a


@dataclass(frozen=True, slots=True)
class Overload:
    """A circuit of which more is promised than it has."""

    circuit: str
    committed_a: float
    max_current_a: float


def ancestors(circuits: Mapping[str, Circuit], name: str) -> list[str]:
    """The circuits above one, nearest first. Ends where it comes round, or above DEEPEST."""
    found: list[str] = []
    parent = circuits[name].parent
    while parent in circuits and parent != name and len(found) <= DEEPEST:
        assert parent is not None
        found.append(parent)
        parent = circuits[parent].parent
    return found if parent != name else [*found, name]


def faults_of_place(circuits: Mapping[str, Circuit], name: str) -> dict[str, str]:
    """What is wrong with where a circuit hangs, and with what hangs below it: field -> problem."""
    circuit, above = circuits[name], ancestors(circuits, name)
    if name in above:
        return {"parent_circuit": f"goes round in a circle: {' < '.join((name, *above))}"}
    below = max((_depth(circuits, each, name) for each in circuits), default=0)
    if len(above) + 1 + below > DEEPEST:
        return {"parent_circuit": f"is too deep: at most {DEEPEST} circuits hang below one another"}
    faults = {}
    for child in _children(circuits, name):
        if child.phases not in _FEEDS[circuit.phases]:
            faults["phases"] = _cannot_feed(circuit, child)
    if above:
        faults |= _faults_below(circuits[above[0]], circuit)
    return faults


def _faults_below(parent: Circuit, circuit: Circuit) -> dict[str, str]:
    if circuit.phases not in _FEEDS[parent.phases]:
        return {"phases": _cannot_feed(parent, circuit)}
    if circuit.phases is not Phases.SINGLE or parent.phases is Phases.SINGLE:
        return {}
    if circuit.connected_phase is None:
        told = f"is required for one phase below the {parent.phases.name} of {parent.name}"
        return {"connected_phase": told}
    if parent.phases is Phases.SPLIT and circuit.connected_phase == 3:
        return {"connected_phase": f"{parent.name} has two phases"}
    return {}


def _cannot_feed(parent: Circuit, child: Circuit) -> str:
    above, below = parent.phases.name, child.phases.name
    return f"the {above} of {parent.name} cannot feed the {below} of {child.name}"


def overload_of(
    circuits: Mapping[str, Circuit], members: Collection[Member], name: str
) -> Overload | None:
    """The first circuit, from `name` upwards, that could not bear what is committed in it: its
    reserve, and of each member the fallback, or the most that it draws unmanaged; on the
    fullest phase, every member on every phase."""
    committed = dict.fromkeys(circuits, 0.0)
    for circuit in circuits.values():
        for each in (circuit.name, *ancestors(circuits, circuit.name)):
            committed[each] += circuit.reserved_a
    for member in members:
        for each in (member.circuit, *ancestors(circuits, member.circuit)):
            committed[each] += member.committed_a
    for each in (name, *ancestors(circuits, name)):
        limit = circuits[each].max_current_a
        if committed[each] > limit + _ROUNDING:
            return Overload(each, committed[each], limit)
    return None


_ROUNDING = 1e-6
"""Sums of tenths are not exact."""


def fallback_fault(member: Member, circuit: Circuit) -> str | None:
    """Why a member's fallback cannot be; None if it can."""
    if 0 < member.fallback_a < circuit.min_current_a:
        return f"must be 0, or at least the {circuit.min_current_a:g} A of {circuit.name}"
    return None


def _children(circuits: Mapping[str, Circuit], name: str) -> list[Circuit]:
    return [each for each in circuits.values() if each.parent == name]


def _depth(circuits: Mapping[str, Circuit], name: str, top: str) -> int:
    """How deep a circuit hangs below `top`; 0 if it does not."""
    above = ancestors(circuits, name)
    return above.index(top) + 1 if top in above and name != top else 0
