"""Which phases of the topmost supply an EVSE draws on, and how watts are amperes."""

from collections.abc import Mapping, Sequence

from server.domain.balancing.supplies import EVERY_PHASE
from server.domain.circuits import Circuit, Phases

ROTATIONS: Mapping[str, tuple[int, int, int]] = {
    "RST": (0, 1, 2),
    "RTS": (0, 2, 1),
    "SRT": (1, 0, 2),
    "STR": (1, 2, 0),
    "TRS": (2, 0, 1),
    "TSR": (2, 1, 0),
}
"""Where L1, L2 and L3 of a charger are wired to: R, S, T = 0, 1, 2 (OCPP's PhaseRotation)."""

_FED = {Phases.SINGLE: (0,), Phases.SPLIT: (0, 1), Phases.THREE: EVERY_PHASE}


def fed_phases(circuits: Mapping[str, Circuit], name: str) -> tuple[int, ...]:
    """The phases of the topmost supply that a circuit's own L1, L2 and L3 are.

    A single phase hangs on that which it says of the circuit above, the first if it says none."""
    circuit = circuits[name]
    parent = None if circuit.parent is None else circuits.get(circuit.parent)
    if parent is None:
        return _FED[circuit.phases]
    above = fed_phases(circuits, parent.name)
    if circuit.phases is not Phases.SINGLE:
        return above[: len(_FED[circuit.phases])]
    return (above[min((circuit.connected_phase or 1), len(above)) - 1],)


def drawn_phases(
    fed: Sequence[int], rotation: str | None, used: int, connected_phase: int | None = None
) -> tuple[int, ...]:
    """The phases of the topmost supply that a car draws on which uses the first so many of its
    charger's. Where it is not said how a charger is wired, it counts on all that it may draw on.

    `connected_phase`, 1 to 3, is where a charger of one phase is wired to, by its circuit's own."""
    if len(fed) == 1 or used >= len(fed):
        return tuple(fed)
    if connected_phase is not None:
        return (fed[min(connected_phase, len(fed)) - 1],)
    turned = ROTATIONS.get(rotation or "", EVERY_PHASE)[:used]
    if rotation not in ROTATIONS or max(turned) >= len(fed):
        return tuple(fed)
    return tuple(sorted(fed[phase] for phase in turned))


def watts_of(current_a: float, phases: int, voltage_v: float, efficiency: float = 1.0) -> float:
    """What may leave a charger, in W, when so much current may enter it on each phase."""
    return current_a * phases * voltage_v * efficiency


def amperes_of(power_w: float, phases: int, voltage_v: float, efficiency: float = 1.0) -> float:
    """What enters a charger on each phase, in A, when that power leaves it."""
    return power_w / (phases * voltage_v * efficiency)
