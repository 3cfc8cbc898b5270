"""What chargers may draw, mid-way and with any of them silent, never exceeds a limit."""

from dataclasses import dataclass, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.domain.balancing import Feeder, Promise, Promises, Taker, next_step, share
from server.domain.balancing.promises import HOLDS, SECOND
from tests.domain.loads import CLOSE, spare
from tests.domain.sharing_strategies import Site, sites


def test_what_was_sent_counts_until_it_is_confirmed_or_refused() -> None:
    high, low = Promise(16, 0, 0), Promise(8, 0, 10 * SECOND)
    told = Promises(32).told(high)
    assert told.most_at(0) == 32
    told = told.answered(high, accepted=True).told(low)
    assert told.most_at(11 * SECOND) == 16
    assert told.answered(low, accepted=True).most_at(11 * SECOND) == 8
    assert told.answered(low, accepted=False).most_at(11 * SECOND) == 16


def test_a_limit_becomes_the_fallback() -> None:
    high = Promise(16, 6, 0)
    told = Promises(32).told(high).answered(high, accepted=True)
    assert told.most_at(HOLDS - 1) == 16
    assert told.most_at(HOLDS) == 6
    assert told.most_at(HOLDS, late=SECOND) == 16


def test_a_limit_below_the_fallback_counts_as_the_fallback() -> None:
    """It comes whether or not we are there to see it."""
    low = Promise(0, 6, 0)
    assert Promises(32).told(low).answered(low, accepted=True).most_at(0) == 6


def test_a_charger_that_obeys_no_periods_counts_by_its_limit_for_ever() -> None:
    high = Promise(16, 6, 0, for_ever=True)
    assert Promises(32).told(high).answered(high, accepted=True).most_at(9 * HOLDS) == 16


def test_an_answer_to_what_was_superseded_changes_nothing() -> None:
    older, newer = Promise(16, 0, 0), Promise(8, 0, 1)
    told = Promises(32).told(older).told(newer).answered(newer, accepted=True)
    assert told.answered(older, accepted=True) == told
    assert told.most_at(2) == 8


@pytest.mark.parametrize("accepted", [True, False])
def test_a_charger_that_forgot_counts_as_unheld(accepted: bool) -> None:
    high = Promise(16, 6, 0)
    told = Promises(32).told(high).answered(high, accepted=accepted)
    assert told.forgotten().most_at(0) == 32


@dataclass
class Charger:
    """What we know of a charger, and what it really keeps to."""

    promises: Promises
    keeps: Promise


class Story:
    """Minutes at a site where any message, or any answer, may be lost."""

    def __init__(self, site: Site) -> None:
        self.feeders, self.takers = site
        self.now = 0
        self.chargers = {}
        for taker in self.takers:
            first = Promise(0.0, 0.0, 0)
            known = Promises(taker.most_a).told(first).answered(first, accepted=True)
            self.chargers[taker.name] = Charger(known, first)

    def bounds(self) -> dict[str, float]:
        return {name: it.promises.most_at(self.now) for name, it in self.chargers.items()}

    def drawn(self) -> dict[str, float]:
        return {name: it.keeps.most_at(self.now) for name, it in self.chargers.items()}

    def turn(self, fates: list[str], most: list[float], seconds: int) -> None:
        """Some time passes, cars want something else, and each is told its limit."""
        self.now += seconds * SECOND
        wanting = [
            replace(taker, most_a=wanted) for taker, wanted in zip(self.takers, most, strict=True)
        ]
        bounds = self.bounds()
        allowed = next_step(self.feeders, wanting, share(self.feeders, wanting), bounds)
        for taker, fate in zip(self.takers, fates, strict=True):
            self._tell(self.chargers[taker.name], Promise(allowed[taker.name], 0.0, self.now), fate)

    @staticmethod
    def _tell(charger: Charger, promise: Promise, fate: str) -> None:
        charger.promises = charger.promises.told(promise)
        if fate in {"accepted", "answer lost"}:
            charger.keeps = promise
        if fate in {"accepted", "refused"}:
            charger.promises = charger.promises.answered(promise, fate == "accepted")


FATES = st.sampled_from(["accepted", "accepted", "refused", "lost", "answer lost"])


@given(sites(), st.data())
def test_nothing_is_exceeded_on_the_way_whoever_is_silent(site: Site, data: st.DataObject) -> None:
    story = Story(site)
    count = len(site.takers)
    for _ in range(data.draw(st.integers(1, 8))):
        fates = data.draw(st.lists(FATES, min_size=count, max_size=count))
        most = data.draw(
            st.lists(st.sampled_from([0.0, 7.0, 16.0, 32.0]), min_size=count, max_size=count)
        )
        story.turn(fates, most, data.draw(st.sampled_from([2, 10, 60, 200])))
        assert min(spare(*site, story.bounds()).values()) >= -CLOSE
        assert min(spare(*site, story.drawn()).values()) >= -CLOSE


@given(sites(), st.data())
def test_where_everybody_answers_the_shares_are_reached(site: Site, data: st.DataObject) -> None:
    story = Story(site)
    count = len(site.takers)
    for _ in range(2):
        most = data.draw(
            st.lists(st.sampled_from([0.0, 7.0, 16.0, 32.0]), min_size=count, max_size=count)
        )
        for _ in range(2):  # lowers, then raises
            story.turn(["accepted"] * count, most, 2)
    wanting = [replace(taker, most_a=w) for taker, w in zip(site.takers, most, strict=True)]
    assert story.drawn() == pytest.approx(share(site.feeders, wanting))


def lowered(feeder: Feeder, left: float) -> Feeder:
    """A circuit of which only that part is left."""
    first, second, third = feeder.free_a
    return replace(feeder, free_a=(left * first, left * second, left * third))


@given(sites(), st.data())
def test_after_a_limit_falls_it_holds_once_all_have_answered(
    site: Site, data: st.DataObject
) -> None:
    story = Story(site)
    count = len(site.takers)
    most = [taker.most_a for taker in site.takers]
    story.turn(["accepted"] * count, most, 2)
    before = story.bounds()
    story.feeders = [
        lowered(each, data.draw(st.sampled_from([0, 0.5, 1]))) for each in site.feeders
    ]
    story.turn(["accepted"] * count, most, 2)
    assert all(story.bounds()[name] <= before[name] + CLOSE for name in before)
    assert min(spare(story.feeders, site.takers, story.bounds()).values()) >= -CLOSE


def test_a_raise_waits_for_the_room_that_another_has_not_left_yet() -> None:
    feeders = [Feeder("site", None, (32.0,) * 3)]
    takers = [Taker("a", "site", 32), Taker("b", "site", 32, arrival=1)]
    targets = share(feeders, takers)
    step = next_step(feeders, takers, targets, {"a": 32.0, "b": 0.0})
    assert step == {"a": 16.0, "b": 0.0}
    step = next_step(feeders, takers, targets, {"a": 16.0, "b": 0.0})
    assert step == {"a": 16.0, "b": 16.0}
