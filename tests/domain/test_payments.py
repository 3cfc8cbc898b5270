"""The states of a payment, and when payments cover a session."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.domain.errors import RefusedError
from server.domain.money import Money, zero
from server.domain.payments import (
    FIRST,
    NEXT,
    Paid,
    SessionPayment,
    State,
    finalized,
    require_step,
    session_payment,
)
from tests.domain.pricing_terms import eur

states = st.sampled_from(list(State))
cents = st.integers(1, 100_000).map(lambda count: eur(f"{count / 100:.2f}"))
payments = st.lists(st.builds(Paid, states, cents), max_size=6)


@pytest.mark.parametrize(
    ("way", "refused"),
    [
        ([State.PENDING, State.AUTHORIZED, State.FINALIZED, State.REFUNDED], None),
        ([State.PENDING, State.FINALIZED], None),
        ([State.PENDING, State.REVERSED], None),
        ([State.AUTHORIZED, State.FAILED], None),
        ([State.AUTHORIZED, State.PENDING], "TRANSACTION_STATE"),
        ([State.FINALIZED, State.REVERSED], "TRANSACTION_STATE"),
        ([State.FAILED, State.PENDING], "TRANSACTION_STATE"),
        ([State.REFUNDED, State.FINALIZED], "TRANSACTION_STATE"),
    ],
)
def test_a_payment_goes_its_way(way: list[State], refused: str | None) -> None:
    steps = list(pairwise(way))
    if refused is None:
        for old, new in steps:
            require_step(old, new)
        return
    with pytest.raises(RefusedError) as refusal:
        require_step(*steps[0])
    assert refusal.value.reason == refused
    assert refusal.value.metadata == {"from": way[0].name, "to": way[1].name}


@given(states, states)
def test_a_step_is_in_the_table_or_none_at_all(old: State, new: State) -> None:
    if new is old or new in NEXT[old]:
        require_step(old, new)
    else:
        with pytest.raises(RefusedError):
            require_step(old, new)


def test_every_state_is_reached_and_no_way_goes_round() -> None:
    reached = set(FIRST)
    for _ in State:
        reached |= {new for old in reached for new in NEXT[old]}
    assert reached == set(State)

    def behind(state: State) -> set[State]:
        return NEXT[state] | {later for new in NEXT[state] for later in behind(new)}

    assert all(state not in behind(state) for state in State)


@given(cents, payments)
def test_a_session_is_paid_by_finalized_payments_that_cover_it(
    owed: Money, made: list[Paid]
) -> None:
    paid, state = finalized("EUR", made), session_payment(owed, made)
    assert (state is SessionPayment.PAID) == (paid >= owed)
    assert (state is SessionPayment.PARTIALLY_PAID) == (zero("EUR") < paid < owed)
    others = [each for each in made if each.state is not State.FINALIZED]
    assert finalized("EUR", others) == zero("EUR")
    if state is SessionPayment.FAILED:
        assert {each.state for each in made} <= {State.FAILED, State.REVERSED, State.REFUNDED}


@pytest.mark.parametrize(
    ("made", "state"),
    [
        ([], SessionPayment.PENDING),
        ([Paid(State.PENDING, eur(10))], SessionPayment.PENDING),
        ([Paid(State.AUTHORIZED, eur(10))], SessionPayment.PENDING),
        ([Paid(State.FAILED, eur(10))], SessionPayment.FAILED),
        ([Paid(State.FAILED, eur(10)), Paid(State.PENDING, eur(10))], SessionPayment.PENDING),
        ([Paid(State.FINALIZED, eur(4))], SessionPayment.PARTIALLY_PAID),
        ([Paid(State.FINALIZED, eur(4)), Paid(State.FINALIZED, eur(6))], SessionPayment.PAID),
        ([Paid(State.FINALIZED, eur(12)), Paid(State.FINALIZED, eur(-2))], SessionPayment.PAID),
        ([Paid(State.REFUNDED, eur(10))], SessionPayment.PENDING),
    ],
)
def test_what_ten_euros_are_paid_by(made: list[Paid], state: SessionPayment) -> None:
    assert session_payment(eur(10), made) is state
