"""Settlement reports: their lines add up, and months come one after another."""

from decimal import Decimal
from functools import reduce

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.domain.errors import RefusedError
from server.domain.money import Money, total
from server.domain.months import Month
from server.domain.revenue import Contract, Earned, share, share_of_next
from server.domain.settlements import Figures, LineKind, kind_of, require_turn
from tests.domain.pricing_terms import eur

JULY, AUGUST, SEPTEMBER = Month(2026, 7), Month(2026, 8), Month(2026, 9)

percents = st.integers(0, 100_000).map(lambda thousandths: Decimal(thousandths) / 1000)
cents = st.integers(-50_000, 500_000).map(lambda count: Money("EUR", count * 10_000_000))
fees = st.none() | st.integers(0, 10**9).map(lambda nanos: Money("EUR", nanos))
contracts = st.builds(Contract, st.just("EUR"), percents, percents, fees, fees, fees)
sessions = st.builds(
    Earned,
    st.just("EUR"),
    cents,
    cents,
    st.sampled_from((0, 1)),
    st.integers(-1_000, 100_000),
)


@given(contracts, st.lists(sessions, max_size=30))
def test_lines_add_up_to_what_the_whole_is_shared_as(
    contract: Contract, lines: list[Earned]
) -> None:
    so_far, shares = Earned.nothing("EUR"), share(Earned.nothing("EUR"), contract, months=0)
    for line in lines:
        part = share_of_next(so_far, line, contract)
        assert part.revenue == line.revenue == part.partner + part.operator
        assert all(each.is_minor() for each in (part.revenue_share, part.session_fees))
        so_far, shares = so_far + line, shares + part
    assert shares == share(so_far, contract, months=0)
    assert shares.partner + shares.operator == total("EUR", (each.revenue for each in lines))


@given(contracts, sessions, st.lists(sessions, max_size=20))
def test_a_line_is_off_by_no_more_than_its_rounding(
    contract: Contract, line: Earned, before: list[Earned]
) -> None:
    so_far = reduce(Earned.__add__, before, Earned.nothing("EUR"))
    part, alone = share_of_next(so_far, line, contract), share(line, contract, months=0)
    cent = 10_000_000
    assert abs((part.revenue_share - alone.revenue_share).nanos) <= cent
    assert abs((part.energy_fees - alone.energy_fees).nanos) <= cent


def test_halves_of_cents_make_no_gift() -> None:
    """A half of 0.01, a thousand times: rounded line by line it would be all of it."""
    contract, so_far, got = Contract("EUR", Decimal(50)), Earned.nothing("EUR"), eur(0)
    line = Earned("EUR", eur("0.01"), eur(0), 1, 20)
    for _ in range(1000):
        got, so_far = got + share_of_next(so_far, line, contract).partner, so_far + line
    assert got == eur(5)


def test_figures_are_added() -> None:
    contract = Contract("EUR", Decimal(60), fee_per_session=eur("0.25"))
    one = Earned("EUR", eur(10), eur(0), 1, 20_000)
    part = Figures(share(one, contract), eur("2.10"), 1, 20_000, eur("4.20"))
    both = part + Figures(share(one, contract), eur("2.10"), 1, 20_000) + Figures.nothing("EUR")
    assert (both.gross, both.shares.revenue, both.tax) == (eur("24.20"), eur(20), eur("4.20"))
    assert (both.shares.partner, both.shares.operator) == (eur("11.50"), eur("8.50"))
    assert (both.session_count, both.energy_wh, both.electricity_cost) == (2, 40_000, eur("4.20"))


@pytest.mark.parametrize(
    ("ended", "corrects", "kind"),
    [
        (AUGUST, False, LineKind.SESSION),
        (JULY, False, LineKind.LATE_SESSION),
        (AUGUST, True, LineKind.CORRECTION),
        (JULY, True, LineKind.CORRECTION),
    ],
)
def test_the_kind_of_a_line(ended: Month, corrects: bool, kind: LineKind) -> None:
    assert kind_of(AUGUST, ended, corrects=corrects) is kind


@pytest.mark.parametrize(
    ("month", "last", "oldest", "refusal"),
    [
        (AUGUST, None, None, None),
        (AUGUST, None, AUGUST, None),
        (JULY, None, AUGUST, None),  # nothing was earned in it
        (AUGUST, None, JULY, ("MONTH_OUT_OF_TURN", JULY)),
        (AUGUST, JULY, None, None),
        (AUGUST, JULY, JULY, None),  # what came late comes along
        (SEPTEMBER, JULY, None, ("MONTH_OUT_OF_TURN", AUGUST)),
        (JULY, JULY, JULY, ("MONTH_SETTLED", AUGUST)),
        (JULY, AUGUST, None, ("MONTH_SETTLED", SEPTEMBER)),
    ],
)
def test_months_are_settled_in_their_order(
    month: Month, last: Month | None, oldest: Month | None, refusal: tuple[str, Month] | None
) -> None:
    if refusal is None:
        require_turn(month, last, oldest)
        return
    with pytest.raises(RefusedError) as refused:
        require_turn(month, last, oldest)
    assert (refused.value.reason, refused.value.metadata["month"]) == (refusal[0], str(refusal[1]))
