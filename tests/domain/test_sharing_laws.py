"""The laws that every sharing obeys, whatever the tree and whoever takes."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from server.domain.balancing import Taker, share
from tests.domain.loads import CLOSE, above, on, room_for, spare
from tests.domain.sharing_strategies import Site, sites


@given(sites())
def test_no_limit_is_exceeded(site: Site) -> None:
    assert min(spare(*site, share(*site)).values()) >= -CLOSE


@given(sites())
def test_everybody_has_nothing_or_something_of_use(site: Site) -> None:
    shares = share(*site)
    for taker in site.takers:
        current = shares[taker.name]
        assert current == 0 or taker.least_a <= current <= taker.most_a


@given(sites())
def test_nothing_is_spared_that_somebody_could_take(site: Site) -> None:
    shares = share(*site)
    left = spare(*site, shares)
    for taker in site.takers:
        room, current = room_for(site.feeders, taker, left), shares[taker.name]
        if current:
            assert current >= taker.most_a - CLOSE or room <= CLOSE
        else:
            assert taker.most_a < taker.least_a or room < taker.least_a - 1e-9 + CLOSE


@given(sites())
def test_who_waits_is_held_up_by_those_before_alone(site: Site) -> None:
    shares = share(*site)
    for taker in site.takers:
        if shares[taker.name] or taker.most_a < taker.least_a or taker.resting:
            continue
        active = [each for each in site.takers if not each.resting]
        before = [each for each in active if each.order < taker.order]
        at_least = {each.name: each.least_a if shares[each.name] else 0.0 for each in before}
        left = spare(site.feeders, before, at_least)
        assert room_for(site.feeders, taker, left) < taker.least_a


@given(sites())
def test_whoever_rests_takes_nothing_from_those_who_do_not(site: Site) -> None:
    shares = share(*site)
    active = [each for each in site.takers if not each.resting]
    alone = share(site.feeders, active)
    assert all(shares[each.name] == alone[each.name] for each in active)


@given(sites())
def test_whoever_has_less_than_the_most_meets_a_full_limit_where_nobody_has_more(
    site: Site,
) -> None:
    """That is what max–min fair means: more for one would be less for another that has no more.
    Those who rest meet what the others leave."""
    shares = share(*site)
    left = spare(*site, shares)

    def level(taker: Taker) -> float:
        return (shares[taker.name] - taker.least_a) / taker.weight

    for taker in site.takers:
        if not shares[taker.name] or shares[taker.name] >= taker.most_a - CLOSE:
            continue
        assert any(
            left[feeder.name, phase] <= CLOSE
            and all(
                level(other) <= level(taker) + CLOSE
                for other in on(*site, feeder, phase)
                if shares[other.name] and other.resting >= taker.resting
            )
            for feeder in site.feeders
            if feeder.name in above(site.feeders, taker.feeder)
            for phase in taker.phases
        )


@given(sites(), st.randoms(use_true_random=False))
def test_the_same_is_shared_the_same_however_it_is_told(site: Site, random: object) -> None:
    told = [*site.takers]
    random.shuffle(told)  # type: ignore[attr-defined]
    assert share(site.feeders, told) == share(*site)


@given(sites(single_phase=True), st.data())
def test_on_one_phase_nobody_gains_by_anothers_wanting_more(
    site: Site, data: st.DataObject
) -> None:
    shares = share(*site)
    charging = [each for each in site.takers if shares[each.name]]
    if not charging:
        return
    eager = data.draw(st.sampled_from(charging))
    more = replace(eager, most_a=eager.most_a + data.draw(st.integers(1, 300)) / 10)
    others = [each for each in charging if each is not eager]
    before = share(site.feeders, charging)
    after = share(site.feeders, [*others, more])
    # One that rests may find no room for its least any more; others that rest have that then.
    stayed = all(after[each.name] for each in others)
    held = [each for each in others if stayed or not each.resting]
    assert all(after[each.name] <= before[each.name] + CLOSE for each in held)
    assert after[eager.name] >= before[eager.name] - CLOSE


@given(sites(), st.data())
def test_what_is_bound_counts_whatever_is_decided(site: Site, data: st.DataObject) -> None:
    bound = [
        replace(taker, bound_a=data.draw(st.sampled_from([0.0, 3.0, 6.0, 32.0])))
        for taker in site.takers
    ]
    shares = share(site.feeders, bound)
    counted = spare(site.feeders, bound, {each.name: each.bound_a for each in bound})
    left = spare(site.feeders, bound, shares)
    assert all(shares[each.name] >= each.bound_a for each in bound)
    # A limit that what is bound exceeds already is exceeded by nothing else.
    assert all(left[limit] >= min(counted[limit], 0.0) - CLOSE for limit in left)
