"""Whose turn it is."""

from hypothesis import given
from hypothesis import strategies as st

from server.domain.balancing import Feeder, Place, Taker, joined, moved_on, share

MINUTE = 60_000_000
TURN = 15 * MINUTE


def test_whoever_comes_begins_where_the_others_are() -> None:
    assert joined([], 5) == Place(5)
    assert joined([Place(1, turn=3), Place(2, turn=2)], 5) == Place(5, turn=2)


def test_a_turn_is_counted_while_somebody_waits() -> None:
    alone = {"a": Place(0, served_since=0)}
    assert moved_on(alone, {"a"}, 2 * TURN, TURN) == {"a": Place(0, served_since=2 * TURN)}
    line = {"a": Place(0, served_since=0), "b": Place(1)}
    assert moved_on(line, {"a"}, TURN - 1, TURN) == line
    after = moved_on(line, {"a"}, TURN, TURN)
    assert after == {"a": Place(0, 1, TURN), "b": Place(1)}


def test_whoever_is_served_again_has_a_whole_turn() -> None:
    line = {"a": Place(0, 1, served_since=0), "b": Place(1)}
    after = moved_on(line, {"b"}, TURN, TURN)
    assert after == {"a": Place(0, 1), "b": Place(1, 0, served_since=TURN)}


@given(
    st.integers(1, 8),
    st.lists(st.sampled_from([(0, 1, 2), (0,), (1,), (2,)]), min_size=1, max_size=10),
    st.data(),
)
def test_everybody_among_equals_comes_to_charge(
    places: int, phases: list[tuple[int, ...]], data: st.DataObject
) -> None:
    """However scarce the current, as long as it is enough for one; whoever comes later, too."""
    feeders = [Feeder("site", None, (6.0 * places,) * 3)]
    wiring = {f"car{number}": each for number, each in enumerate(phases)}
    line = {name: Place(number) for number, name in enumerate(wiring)}
    charged: set[str] = set()
    for turn in range(1, 4 * len(phases) + 2):
        takers = [
            Taker(name, "site", 32.0, phases=wiring[name], turn=it.turn, arrival=it.arrival)
            for name, it in line.items()
        ]
        served = {name for name, current in share(feeders, takers).items() if current}
        charged |= served
        line = moved_on(line, served, turn * TURN, TURN)
        if turn <= len(phases) and data.draw(st.booleans()):
            newcomer = f"late{turn}"
            wiring[newcomer] = (0, 1, 2)
            line[newcomer] = joined(line.values(), turn * TURN)
    assert charged >= {f"car{number}" for number in range(len(phases))}
