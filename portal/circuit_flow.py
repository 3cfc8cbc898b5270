"""What flows in a circuit, as its page draws it."""

from dataclasses import dataclass

from ampline.v1.circuit_balancing_pb2 import CircuitConsumption, PhaseCurrents

PHASES = ("l1_a", "l2_a", "l3_a")
CHART = (1000, 220)
"""Width and height of the chart's drawing."""


@dataclass(frozen=True)
class Bar:
    """One phase, in thousandths of its limit."""

    phase: int
    limit_a: float
    unmanaged: float
    drawn: float
    promised: float
    """What cars may take more than they draw."""
    free_a: float


def bars(told: CircuitConsumption) -> list[Bar]:
    """What flows on each phase that the circuit has."""
    found = []
    for number, phase in enumerate(PHASES, 1):
        limit, unmanaged, drawn, allowed = (
            getattr(part, phase) for part in (told.limit, told.unmanaged, told.drawn, told.allowed)
        )
        if limit <= 0:
            continue
        promised = max(0.0, allowed - drawn)
        free = max(0.0, limit - unmanaged - max(allowed, drawn))
        scale = 1000 / limit
        found.append(Bar(number, limit, scale * unmanaged, scale * drawn, scale * promised, free))
    return found


def lines(points: list[CircuitConsumption]) -> dict[str, str]:
    """The chart's lines, each the points of an SVG polyline: the limit, and the fullest phase."""
    if len(points) < 2:
        return {}
    width, height = CHART
    begin = points[0].time.seconds
    seconds = max(1, points[-1].time.seconds - begin)
    highest = 1.1 * max(max(_most(each.limit), _flow(each)) for each in points) or 1.0

    def line(values: list[float]) -> str:
        places = (
            (width * (point.time.seconds - begin) / seconds, height * (1 - value / highest))
            for point, value in zip(points, values, strict=True)
        )
        return " ".join(f"{across:.1f},{down:.1f}" for across, down in places)

    return {
        "limit": line([_most(each.limit) for each in points]),
        "flow": line([_flow(each) for each in points]),
        "unmanaged": line([_most(each.unmanaged) for each in points]),
    }


def _most(currents: PhaseCurrents) -> float:
    return max(currents.l1_a, currents.l2_a, currents.l3_a)


def _flow(told: CircuitConsumption) -> float:
    flows = [getattr(told.drawn, each) + getattr(told.unmanaged, each) for each in PHASES]
    return float(max(flows))
