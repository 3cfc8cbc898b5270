"""Sharing, worked out by hand: site, who takes, what each gets."""

import pytest

from server.domain.balancing import Feeder, Taker, share
from server.domain.balancing.wiring import amperes_of, drawn_phases

ONE, TWO, THREE = (0,), (1,), (2,)


def grid(*free_a: float) -> Feeder:
    """A topmost circuit; one number is meant for each phase."""
    first, *rest = free_a
    second, third = rest or (first, first)
    return Feeder("site", None, (first, second, third))


def car(name: str, most_a: float = 32, **said: object) -> Taker:
    """A car at the site, unless something else is said."""
    return Taker(name, **{"feeder": "site", "most_a": most_a, **said})  # type: ignore[arg-type]


EXAMPLES = {
    "a car alone has what it takes": ([grid(63)], [car("a", 16)], {"a": 16}),
    "two alike have half each": ([grid(32)], [car("a"), car("b")], {"a": 16, "b": 16}),
    "what one leaves goes to the others": (
        [grid(40)],
        [car("a", 8), car("b"), car("c")],
        {"a": 8, "b": 16, "c": 16},
    ),
    "who came later waits where there is no minimum left": (
        [grid(16)],
        [car("a", arrival=1), car("b", arrival=2), car("c", arrival=3)],
        {"a": 8, "b": 8, "c": 0},
    ),
    "the higher priority comes first": (
        [grid(10)],
        [car("a", arrival=1), car("b", arrival=2, priority=1)],
        {"a": 0, "b": 10},
    ),
    "who had fewer turns comes first": (
        [grid(10)],
        [car("a", arrival=1, turn=1), car("b", arrival=2)],
        {"a": 0, "b": 10},
    ),
    "weights divide what is above the minima": (
        [grid(30)],
        [car("a", weight=2), car("b")],
        {"a": 18, "b": 12},
    ),
    "cars on one phase load it alone": (
        [grid(20)],
        [car("a", phases=ONE), car("b", phases=TWO), car("c", phases=THREE)],
        {"a": 20, "b": 20, "c": 20},
    ),
    "a car on three phases is held by the fullest": (
        [grid(32)],
        [car("a"), car("b", phases=ONE), car("c", phases=ONE)],
        {"a": 32 / 3, "b": 32 / 3, "c": 32 / 3},
    ),
    "and leaves the others to those on them": (
        [grid(30)],
        [car("a"), car("b", phases=ONE), car("c", phases=TWO, most_a=40)],
        {"a": 15, "b": 15, "c": 15},
    ),
    "phases that differ": (
        [grid(10, 30, 20)],
        [car("a", phases=ONE), car("b", phases=TWO), car("c", phases=THREE)],
        {"a": 10, "b": 30, "c": 20},
    ),
    "every circuit above counts": (
        [grid(40), Feeder("east", "site", (10.0,) * 3), Feeder("west", "site", (100.0,) * 3)],
        [car("a", feeder="east"), car("b", feeder="west"), car("c", feeder="west")],
        {"a": 10, "b": 15, "c": 15},
    ),
    "three levels": (
        [
            grid(60),
            Feeder("hall", "site", (45.0,) * 3),
            Feeder("row", "hall", (20.0,) * 3),
        ],
        [
            car("a", feeder="row"),
            car("b", feeder="row"),
            car("c", feeder="hall", most_a=20),
            car("d"),
        ],
        {"a": 10, "b": 10, "c": 20, "d": 20},
    ),
    "a load that nobody manages is not there to share": (
        [grid(32 - 12)],
        [car("a"), car("b")],
        {"a": 10, "b": 10},
    ),
    "a load that is too much leaves nothing": ([grid(-4)], [car("a")], {"a": 0}),
    "who does not answer counts by what it may draw": (
        [grid(32)],
        [car("a", bound_a=20, most_a=20), car("b")],
        {"a": 20, "b": 12},
    ),
    "a fallback is reserved, and is raised from": (
        [grid(32)],
        [car("a", bound_a=6), car("b", bound_a=6, most_a=0)],
        {"a": 26, "b": 6},
    ),
    "a car that rests has what the others leave": (
        [grid(40)],
        [car("a", 6, resting=True, arrival=1), car("b", 16), car("c", 16)],
        {"a": 6, "b": 16, "c": 16},
    ),
    "and nothing where they leave too little": (
        [grid(36)],
        [car("a", 6, resting=True, priority=1), car("b", 16), car("c", 16)],
        {"a": 0, "b": 16, "c": 16},
    ),
    "a DC charger among cars": (
        [grid(63)],
        [car("dc", amperes_of(50_000, 3, 230, 0.92)), car("a", 16), car("b", 16)],
        {"dc": 31, "a": 16, "b": 16},
    ),
}


@pytest.mark.parametrize(("feeders", "takers", "shares"), EXAMPLES.values(), ids=EXAMPLES.keys())
def test_examples(feeders: list[Feeder], takers: list[Taker], shares: dict[str, float]) -> None:
    assert share(feeders, takers) == pytest.approx(shares)


def test_a_rotation_spreads_single_phase_cars_over_the_phases() -> None:
    rotations = {"a": "RST", "b": "STR", "c": "TRS"}
    takers = [
        car(name, phases=drawn_phases((0, 1, 2), rotation, 1))
        for name, rotation in rotations.items()
    ]
    assert share([grid(20)], takers) == {"a": 20, "b": 20, "c": 20}


def test_a_feeder_that_nobody_told_of() -> None:
    with pytest.raises(KeyError):
        share([grid(20)], [car("a", feeder="elsewhere")])
