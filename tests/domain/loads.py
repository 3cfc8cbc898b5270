"""What comes together on each phase of each circuit: added up plainly, limit by limit."""

from collections.abc import Iterator, Mapping, Sequence

from server.domain.balancing import Feeder, Taker

CLOSE = 1e-6


def above(feeders: Sequence[Feeder], name: str) -> list[str]:
    """A circuit and those above it."""
    parents = {each.name: each.parent for each in feeders}
    found: list[str] = []
    at: str | None = name
    while at is not None:
        found.append(at)
        at = parents[at]
    return found


def on(
    feeders: Sequence[Feeder], takers: Sequence[Taker], feeder: Feeder, phase: int
) -> Iterator[Taker]:
    """Who draws through a phase of a circuit."""
    for taker in takers:
        if phase in taker.phases and feeder.name in above(feeders, taker.feeder):
            yield taker


def spare(
    feeders: Sequence[Feeder], takers: Sequence[Taker], currents: Mapping[str, float]
) -> dict[tuple[str, int], float]:
    """What each phase of each circuit has left; negative where it is overloaded."""
    return {
        (feeder.name, phase): feeder.free_a[phase]
        - sum(currents[taker.name] for taker in on(feeders, takers, feeder, phase))
        for feeder in feeders
        for phase in range(3)
    }


def room_for(
    feeders: Sequence[Feeder], taker: Taker, left: Mapping[tuple[str, int], float]
) -> float:
    """How much more one taker could draw."""
    names = above(feeders, taker.feeder)
    return min(left[name, phase] for name in names for phase in taker.phases)
