"""From what chargers may draw now to what they shall draw: lowers first, raises as room comes."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from server.domain.balancing.sharing import share
from server.domain.balancing.supplies import Feeder, Taker


def next_step(
    feeders: Sequence[Feeder],
    takers: Iterable[Taker],
    targets: Mapping[str, float],
    bounds: Mapping[str, float],
) -> dict[str, float]:
    """What may be told to each taker now, in A.

    `targets` are the shares to come to, `bounds` the most that each may draw by what it was told
    and did not confirm. Who is to have less is told so at once; who is to have more gets of that
    what is free while all the others are counted by their bounds, so that nothing is exceeded
    whoever confirms and whoever does not."""
    moving = [
        replace(taker, bound_a=bounds[taker.name], most_a=targets[taker.name]) for taker in takers
    ]
    allowed = share(feeders, moving)
    return {taker.name: _of_use(taker, min(allowed[taker.name], taker.most_a)) for taker in moving}


def _of_use(taker: Taker, current_a: float) -> float:
    return current_a if current_a >= taker.least_a else 0.0
