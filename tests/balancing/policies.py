"""What other ways to share bring on the same day: the best there is, and two plain ones."""

from collections.abc import Callable, Sequence
from copy import deepcopy

from server.domain.balancing import Feeder, Taker, share
from tests.balancing.world import LEAST_A, Car, Day

Present = list[tuple[int, Car, Taker]]
Policy = Callable[[Sequence[Feeder], list[Taker]], dict[str, float]]


def optimum(feeders: Sequence[Feeder], takers: list[Taker]) -> dict[str, float]:
    """The shares, at once and with all that is to be known."""
    return share(feeders, takers)


def even(feeders: Sequence[Feeder], takers: list[Taker]) -> dict[str, float]:
    """A fixed part for everybody who is there, whatever it takes: of the tightest circuit above."""
    parts = {}
    paths = {taker.name: _path(feeders, taker.feeder) for taker in takers}
    for taker in takers:
        part = min(
            max(0.0, min(feeder.free_a)) / sum(feeder in path for path in paths.values())
            for feeder in paths[taker.name]
        )
        parts[taker.name] = min(taker.most_a, part) if part >= LEAST_A else 0.0
    return parts


def first_come(feeders: Sequence[Feeder], takers: list[Taker]) -> dict[str, float]:
    """All that it takes for whoever came first, then for the next."""
    left = {feeder.name: [*feeder.free_a] for feeder in feeders}
    given = {}
    for taker in sorted(takers, key=lambda each: each.arrival):
        names = [feeder.name for feeder in _path(feeders, taker.feeder)]
        room = min(left[name][phase] for name in names for phase in taker.phases)
        current = min(taker.most_a, room)
        given[taker.name] = current if current >= LEAST_A else 0.0
        for name in names:
            for phase in taker.phases:
                left[name][phase] -= given[taker.name]
    return given


def _path(feeders: Sequence[Feeder], name: str) -> list[Feeder]:
    by_name = {feeder.name: feeder for feeder in feeders}
    path = []
    at: str | None = name
    while at is not None:
        path.append(by_name[at])
        at = by_name[at].parent
    return path


def delivered_wh(
    day: Day,
    policy: Policy,
    feeders_at: Callable[[float], Sequence[Feeder]],
    taker_of: Callable[[int, Car], Taker],
    step: float,
) -> float:
    """The energy that a policy brings to the cars of a day."""
    cars = deepcopy(day.cars)
    before = sum(car.charged_wh for each in cars for car in each)
    now = 0.0
    while now < day.seconds:
        present = [
            (car, taker_of(number, car))
            for number, each in enumerate(cars)
            for car in each
            if car.arrives <= now < car.leaves
        ]
        given = policy(feeders_at(now), [taker for _, taker in present])
        for car, taker in present:
            car.charge(car.takes_a(given[taker.name]), step)
        now += step
    return sum(car.charged_wh for each in cars for car in each) - before
