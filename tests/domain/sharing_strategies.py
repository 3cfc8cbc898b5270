"""Random trees of circuits, and who takes from them."""

from typing import NamedTuple

from hypothesis import strategies as st

from server.domain.balancing import EVERY_PHASE, Feeder, Taker

LIMITS = st.integers(0, 120).map(float)
PHASES = st.sampled_from([EVERY_PHASE, (0,), (1,), (2,), (0, 1)])
WEIGHTS = st.sampled_from([0.5, 1.0, 1.0, 2.0, 3.5])


class Site(NamedTuple):
    """A tree with its takers."""

    feeders: list[Feeder]
    takers: list[Taker]


@st.composite
def trees(draw: st.DrawFn, single_phase: bool = False) -> list[Feeder]:
    """Up to six circuits, each below an earlier one or on the grid."""
    feeders: list[Feeder] = []
    for number in range(draw(st.integers(1, 6))):
        above = [None, *(each.name for each in feeders)]
        limit = draw(LIMITS)
        free = (limit,) * 3 if single_phase else draw(st.tuples(LIMITS, LIMITS, LIMITS))
        feeders.append(Feeder(f"circuit{number}", draw(st.sampled_from(above)), free))
    return feeders


@st.composite
def sites(draw: st.DrawFn, single_phase: bool = False) -> Site:
    """A tree with up to twelve takers."""
    feeders = draw(trees(single_phase))
    names = st.sampled_from([each.name for each in feeders])
    takers = [
        Taker(
            f"car{number}",
            draw(names),
            most_a=draw(st.integers(0, 400)) / 10,
            least_a=draw(st.sampled_from([6.0, 6.0, 8.0, 13.5])),
            phases=(0,) if single_phase else draw(PHASES),
            priority=draw(st.integers(-1, 1)),
            turn=draw(st.integers(0, 2)),
            arrival=number,
            weight=draw(WEIGHTS),
            resting=draw(st.sampled_from([False, False, False, True])),
        )
        for number in range(draw(st.integers(0, 12)))
    ]
    return Site(feeders, takers)
