"""Periods, fees and allowances of subscriptions."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.domain.money import Money
from server.domain.subscriptions import (
    RETRY_AFTER,
    Billing,
    Cycle,
    Left,
    Plan,
    fee_of,
    following,
    retry_time,
)
from server.domain.tariffs import CurrentType
from server.domain.vouchers import Hindrance, Redeemer, Terms, hindrance

MOMENTS = st.integers(0, 100 * 365 * 86_400).map(
    lambda seconds: datetime(2000, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
)
WH = st.integers(0, 10**9)
LEFTS = st.one_of(st.builds(Left, combined=WH), st.builds(Left, ac=WH, dc=WH), st.just(Left()))
CURRENTS = st.sampled_from(CurrentType)


@given(MOMENTS, st.sampled_from(Cycle), st.integers(2, 40))
def test_periods_follow_one_another_on_the_same_day(
    start: datetime, cycle: Cycle, count: int
) -> None:
    ends = [start]
    for _ in range(count):
        ends.append(following(ends[-1], cycle, start.day))
    assert all(
        (later.year * 12 + later.month) - (earlier.year * 12 + earlier.month)
        == {Cycle.MONTHLY: 1, Cycle.ANNUAL: 12}[cycle]
        for earlier, later in pairwise(ends)
    )
    for end in ends:
        is_last = (end + timedelta(days=1)).day == 1
        assert end.day == start.day or (end.day < start.day and is_last)
        assert end.timetz() == start.timetz()


@given(st.integers(0, 10**7), st.decimals(0, 100, places=2), st.booleans(), st.integers(0, 5))
def test_a_fee_adds_up_and_is_nothing_at_first(
    cents: int, percent: Decimal, included: bool, free: int
) -> None:
    amount = Money("EUR", cents * 10_000_000)
    plan = Plan(Billing.PREPAID, Cycle.MONTHLY, amount, percent, included, free)
    for period in range(1, free + 3):
        fee = fee_of(plan, period)
        assert fee.net + fee.tax == fee.total
        assert min(fee.net, fee.tax, fee.total).nanos >= 0
        told = fee.total if included else fee.net
        assert told == (amount if period > free else Money("EUR", 0))


@given(LEFTS, st.lists(st.tuples(CURRENTS, WH), max_size=10))
def test_an_allowance_is_used_up_and_never_more(
    left: Left, uses: list[tuple[CurrentType, int]]
) -> None:
    for current, used in uses:
        other = CurrentType.AC if current is CurrentType.DC else CurrentType.DC
        after = left.after(current, used)
        assert after.of(current) == max(0, left.of(current) - used)
        if left.combined is None:
            assert after.of(other) == left.of(other)
        assert (after.combined is None) == (left.combined is None)
        left = after


def test_what_is_owed_is_asked_for_a_few_times() -> None:
    now = datetime(2031, 1, 1, tzinfo=UTC)
    times = [retry_time(now, failures) for failures in range(1, len(RETRY_AFTER) + 2)]
    assert times == [now + timedelta(days=days) for days in (1, 3, 7)] + [None]


NOW = datetime(2031, 6, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("terms", "who", "why"),
    [
        (Terms(1), Redeemer(), None),
        (Terms(0), Redeemer(), Hindrance.USED_UP),
        (Terms(1, start=NOW, end=NOW + timedelta(1)), Redeemer(), None),
        (Terms(1, start=NOW + timedelta(1)), Redeemer(), Hindrance.NOT_YET),
        (Terms(1, end=NOW), Redeemer(), Hindrance.OVER),
        (Terms(1, user_group="g"), Redeemer({"h"}), Hindrance.NOT_FOR_THIS_USER),
        (Terms(1, user_group="g"), Redeemer({"g", "h"}), None),
        (Terms(0, partner="p"), Redeemer(), Hindrance.NOT_FOR_THIS_USER),
        (Terms(1, partner="p"), Redeemer(partner="p"), None),
        (Terms(0), Redeemer(has_used_it=True), Hindrance.ALREADY_REDEEMED),
    ],
)
def test_a_voucher(terms: Terms, who: Redeemer, why: Hindrance | None) -> None:
    assert hindrance(terms, who, NOW) is why
