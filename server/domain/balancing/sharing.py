"""Weighted max–min fair shares: progressive filling through the whole tree, on every phase.

First each taker in its order gets its least, or waits. Then all shares rise together, each at the
speed of its weight, until the taker has its most or a limit on its way is reached (Bertsekas and
Gallager, Data Networks, 1992, section 6.5.2; here with minima, weights and several phases a path).
Those who rest, a car that is full, say, share what is left then: a least that is set apart for them
before would be of use to nobody.
"""

from collections.abc import Iterable, Sequence
from heapq import heapify, heappop, heappush

from server.domain.balancing.supplies import Feeder, Paths, Taker

ROUNDING_A = 1e-9
"""Sums of fractions are not exact."""


def share(feeders: Sequence[Feeder], takers: Iterable[Taker]) -> dict[str, float]:
    """What each taker may draw on each of its phases, in A: 0, or from its least to its most, and
    never below what is bound. Nobody who gets nothing could get its least, and nobody who gets
    less than its most could get more, without another's getting less; whoever rests gives way to
    all who do not.

    Linear in the takers but for a sort. KeyError where a taker's feeder is not among them."""
    ordered = sorted(takers, key=lambda taker: taker.order)
    paths = Paths(feeders)
    free = paths.free
    for taker in ordered:
        if taker.bound_a:
            for limit in paths.of(taker):
                free[limit] -= taker.bound_a
    shares = {taker.name: taker.bound_a for taker in ordered}
    for resting in (False, True):
        rising = [
            taker
            for taker in ordered
            if taker.resting is resting and _let_in(taker, paths.of(taker), free)
        ]
        shares |= {taker.name: max(taker.bound_a, taker.least_a) for taker in rising}
        _Filling(rising, paths).fill(shares)
    return shares


def _let_in(taker: Taker, path: tuple[int, ...], free: list[float]) -> bool:
    """Whether a taker has its least, which is then set apart for it."""
    if taker.most_a < taker.least_a or taker.most_a <= taker.bound_a:
        return False
    wanted = taker.least_a - taker.bound_a
    if wanted <= 0:
        return True
    for limit in path:
        if free[limit] < wanted - ROUNDING_A:
            return False
    for limit in path:
        free[limit] -= wanted
    return True


class _Filling:
    """Shares that rise together. `level` is how far: a share is its start + weight × level."""

    def __init__(self, rising: Sequence[Taker], paths: Paths) -> None:
        self._takers = rising
        self._paths = [paths.of(taker) for taker in rising]
        self._starts = [max(taker.bound_a, taker.least_a) for taker in rising]
        self._moving = [True] * len(rising)
        self._free = paths.free
        """What is left on each limit of those that rise no more and of all starts."""
        self._weights = [0.0] * len(self._free)
        self._counts = [0] * len(self._free)
        self._members: list[list[int]] = [[] for _ in self._free]
        for number, taker in enumerate(rising):
            for limit in self._paths[number]:
                self._weights[limit] += taker.weight
                self._counts[limit] += 1
                self._members[limit].append(number)

    def fill(self, shares: dict[str, float]) -> None:
        """Writes the final share of everyone who rises."""
        takers = self._takers
        ends = [
            ((taker.most_a - start) / taker.weight, number)
            for number, (taker, start) in enumerate(zip(takers, self._starts, strict=True))
        ]
        ends.sort()
        limits = [(self._level(limit), limit) for limit, any_ in enumerate(self._counts) if any_]
        heapify(limits)
        for end, number in ends:
            if not self._moving[number]:
                continue
            self._stop_at_limits(limits, end, shares)
            if self._moving[number]:
                self._stop(number, end, shares)

    def _stop_at_limits(
        self, limits: list[tuple[float, int]], end: float, shares: dict[str, float]
    ) -> None:
        """Stops whoever a limit stops before that level. A limit's own level only ever rises
        while others stop, so an old one in the heap is too low, and is looked at again."""
        while limits and limits[0][0] < end:
            noted, limit = heappop(limits)
            if not self._counts[limit]:
                continue
            level = self._level(limit)
            if level > noted + ROUNDING_A:
                heappush(limits, (level, limit))
                continue
            for number in self._members[limit]:
                if self._moving[number]:
                    self._stop(number, level, shares)

    def _level(self, limit: int) -> float:
        """The level at which a limit is reached."""
        return max(0.0, self._free[limit] / self._weights[limit])

    def _stop(self, number: int, level: float, shares: dict[str, float]) -> None:
        taker = self._takers[number]
        risen = taker.weight * level
        shares[taker.name] = min(self._starts[number] + risen, taker.most_a)
        self._moving[number] = False
        for limit in self._paths[number]:
            self._free[limit] -= risen
            self._weights[limit] -= taker.weight
            self._counts[limit] -= 1
