"""Payments: the states that one goes through, and when several of them pay for a session.

    PENDING → AUTHORIZED → FINALIZED → REFUNDED
       ╰──────────┴─→ FAILED, REVERSED        (PENDING → FINALIZED as well)

Nothing follows FAILED, REVERSED and REFUNDED: another attempt is another transaction.
"""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING, NamedTuple

from server.domain.errors import precondition
from server.domain.money import Money, total, zero

if TYPE_CHECKING:
    from collections.abc import Sequence


class State(IntEnum):
    """ampline.v1.Transaction.State."""

    PENDING = 1
    AUTHORIZED = 2
    FINALIZED = 3
    FAILED = 4
    REVERSED = 5
    REFUNDED = 6


class Purchase(IntEnum):
    """ampline.v1.Transaction.Purchase."""

    SESSION = 1
    SUBSCRIPTION = 2
    TOP_UP = 3
    CUSTOM_FEE = 4
    RESERVATION = 5


class Method(IntEnum):
    """ampline.v1.Transaction.Method."""

    BALANCE = 1
    BY_SUBSCRIPTION = 2
    CORPORATE = 3
    EXTERNAL = 4
    TERMINAL = 5


class SessionPayment(IntEnum):
    """ampline.v1.Session.PaymentState, as transactions make it."""

    PENDING = 1
    PAID = 2
    PARTIALLY_PAID = 3
    FAILED = 4


NEXT = {
    State.PENDING: {State.AUTHORIZED, State.FINALIZED, State.FAILED, State.REVERSED},
    State.AUTHORIZED: {State.FINALIZED, State.FAILED, State.REVERSED},
    State.FINALIZED: {State.REFUNDED},
    State.FAILED: set(),
    State.REVERSED: set(),
    State.REFUNDED: set(),
}
"""Where a payment can go from each state."""

FIRST = {State.PENDING, State.AUTHORIZED, State.FINALIZED, State.FAILED}
"""What a payment can be when it is first told of."""

NOT_PAID = {State.FAILED, State.REVERSED, State.REFUNDED}
"""A payment in one of these does not pay for anything."""

OUTSIDE = {Method.EXTERNAL, Method.TERMINAL}
"""How payments are made outside of the platform: it is told of them."""

SETTLED_OUTSIDE = OUTSIDE | {Method.CORPORATE}
"""Of which the platform is told how they go on; all others it makes and changes itself."""


class Paid(NamedTuple):
    """A payment of a session; negative where something is paid back."""

    state: State
    total: Money


class Charge(NamedTuple):
    """What a gateway is to take of somebody, or to give back."""

    transaction: str
    """Names the payment, to the gateway too: asked for twice, it is made once."""
    purchase: Purchase
    purchased_resource: str
    user: str | None
    """Who pays; None = nobody we know."""
    net: Money
    tax: Money
    total: Money
    provider_reference: str | None = None
    """The gateway's own id of it, once there is one."""
    reason: str | None = None
    """What was said of it."""


class Told(NamedTuple):
    """What a gateway says of a payment."""

    state: State
    provider_reference: str | None = None
    failure_reason: str | None = None
    """Why not, in the gateway's own word: `card_declined`."""


def require_step(old: State, new: State) -> None:
    """Raises RefusedError TRANSACTION_STATE where a payment cannot go from `old` to `new`."""
    if new is not old and new not in NEXT[old]:
        told = {"from": old.name, "to": new.name}
        raise precondition("TRANSACTION_STATE", f"{old.name} cannot become {new.name}", **told)


def finalized(currency: str, payments: Sequence[Paid]) -> Money:
    """What was really paid, in that currency."""
    paid = [each.total for each in payments if each.state is State.FINALIZED]
    return total(currency, (amount for amount in paid if amount.currency == currency))


def session_payment(owed: Money, payments: Sequence[Paid]) -> SessionPayment:
    """Whether what is owed for a session is paid: by finalized payments, and nothing less."""
    paid, nothing = finalized(owed.currency, payments), zero(owed.currency)
    if paid >= owed:
        return SessionPayment.PAID
    if paid > nothing:
        return SessionPayment.PARTIALLY_PAID
    states = {each.state for each in payments}
    if State.FAILED in states and not states & {State.PENDING, State.AUTHORIZED}:
        return SessionPayment.FAILED
    return SessionPayment.PENDING
