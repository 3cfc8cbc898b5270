"""What may be booked on a balance."""

from itertools import accumulate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.domain.ledger import (
    CONTRA_ACCOUNT,
    Account,
    EntryType,
    OverdrawnError,
    Posting,
    WrongAmountError,
    amount_due,
    available,
    balance_of,
    post,
)
from server.domain.money import CurrencyMismatchError, Money, total, zero
from tests.domain.pricing_terms import eur

DEBITS = [EntryType.SUBSCRIPTION_FEE, EntryType.CUSTOM_FEE, EntryType.ADJUSTMENT]


def test_a_top_up_comes_from_the_deposits() -> None:
    posting = post(eur(1), EntryType.TOP_UP, eur(5), "requests/1")
    assert posting.balance_after == eur(6)
    assert posting.contra == (Account.DEPOSITS, eur(-5))


def test_a_session_may_overdraw_and_that_is_owed() -> None:
    posting = post(eur(3), EntryType.SESSION, eur("-5.20"), "sessions/1")
    assert posting.balance_after == eur("-2.20")
    assert amount_due(posting.balance_after) == eur("2.20")
    assert amount_due(eur(3)) == eur(0)


@pytest.mark.parametrize("entry_type", DEBITS)
def test_no_other_debit_may(entry_type: EntryType) -> None:
    with pytest.raises(OverdrawnError, match=r"3\.01 EUR is needed and 3\.00 EUR is there"):
        post(eur(3), entry_type, eur("-3.01"), "fees/1")
    assert post(eur(3), entry_type, eur(-3), "fees/1").balance_after == eur(0)


def test_what_running_sessions_hold_is_not_available() -> None:
    assert available(eur(10), [eur(3), eur(4)]) == eur(3)
    with pytest.raises(OverdrawnError):
        post(eur(10), EntryType.CUSTOM_FEE, eur(-4), "fees/1", held=eur(7))


@pytest.mark.parametrize(
    ("entry_type", "amount"),
    [
        (EntryType.TOP_UP, "-1"),
        (EntryType.VOUCHER, "0"),
        (EntryType.SESSION, "1"),
        (EntryType.CUSTOM_FEE, "0"),
        (EntryType.TOP_UP, "0.001"),
    ],
)
def test_wrong_amounts_are_refused(entry_type: EntryType, amount: str) -> None:
    with pytest.raises(WrongAmountError, match=entry_type.name):
        post(eur(5), entry_type, eur(amount), "causes/1")


def test_another_currency_is_refused() -> None:
    with pytest.raises(CurrencyMismatchError):
        post(eur(5), EntryType.TOP_UP, Money.of("USD", 5), "causes/1")


def test_every_type_has_an_account_on_the_other_side() -> None:
    assert set(CONTRA_ACCOUNT) == set(EntryType)


movements = st.lists(
    st.tuples(st.sampled_from(EntryType), st.integers(-2_000, 2_000).map(lambda n: n * 10**7))
)


@given(movements)
def test_the_balance_is_the_sum_and_both_sides_come_to_nothing(
    told: list[tuple[EntryType, int]],
) -> None:
    booked: list[Posting] = []
    for number, (entry_type, nanos) in enumerate(told):
        balance = booked[-1].balance_after if booked else zero("EUR")
        try:
            booked.append(post(balance, entry_type, Money("EUR", nanos), f"causes/{number}"))
        except (OverdrawnError, WrongAmountError):
            continue
    users = balance_of("EUR", booked)
    operators = total("EUR", (posting.contra[1] for posting in booked))
    assert users + operators == zero("EUR")
    sums = accumulate((posting.amount for posting in booked), initial=zero("EUR"))
    assert [posting.balance_after for posting in booked] == list(sums)[1:]
    owed = [p for p in booked if p.balance_after < zero("EUR") and p.amount < zero("EUR")]
    assert {posting.entry_type for posting in owed} <= {EntryType.SESSION}
