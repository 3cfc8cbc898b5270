"""Payments: the states that one goes through, and when several of them pay for a session.

    PENDING → AUTHORIZED → FINALIZED → REFUNDED
       ╰──────────┴─→ FAILED, REVERSED        (PENDING → FINALIZED as well)

Nothing follows FAILED, REVERSED and REFUNDED: another attempt is another transaction.
"""

from __future__ import annotations

from enum import IntEnum
from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

from server.domain.errors import precondition
from server.domain.money import Money, round_to_minor, total, zero

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


class Parts(NamedTuple):
    """What is to be paid: net + tax = total."""

    net: Money
    tax: Money
    total: Money


class Saved(NamedTuple):
    """A way to pay that somebody has saved at a gateway, in the gateway's own ids."""

    customer: str
    method: str


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
    key: str = ""
    """Names this very request: what is asked for again under the same key is done once."""
    part: Money | None = None
    """How much of it is to be given back; None = all that is left."""
    refunded: Money | None = None
    """How much of it was given back before; None = nothing."""
    saved: Saved | None = None
    """What the payer has saved; without it somebody has to pay on a page."""
    preauthorizes: bool = False
    """Whether it is only reserved at first."""
    doubtful: bool = False
    """Whether it was asked for before, under a key that may mean nothing any more."""
    age: float = 0.0
    """Seconds since the gateway was first asked for it."""
    return_url: str | None = None
    """Where the page that takes the payment leads to; None = the payer's app has its own form."""


class Page(NamedTuple):
    """Where somebody pays by themselves: never kept here, and never logged."""

    url: str = ""
    """A page of the gateway's."""
    client_secret: str = ""
    """What a form in the payer's app needs; only where there is no page."""


class Setup(NamedTuple):
    """Somebody is about to save how they pay."""

    customer: str
    page: Page


class Kept(NamedTuple):
    """What somebody has saved, and what one recognises it by."""

    saved: Saved
    user: str
    kind: str
    brand: str = ""
    last_digits: str = ""
    expire_year: int = 0
    expire_month: int = 0


class Told(NamedTuple):
    """What a gateway says of a payment."""

    state: State
    provider_reference: str | None = None
    failure_reason: str | None = None
    """Why not, in the gateway's own word: `card_declined`."""
    authorized: Money | None = None
    """How much is reserved."""
    taken: Money | None = None
    """How much was taken, if the gateway says so."""
    refunded: Money | None = None
    """How much was given back in all, if the gateway says so."""
    page: Page | None = None
    """Where the payer goes on."""


def back_after(charge: Charge) -> Money:
    """How much is given back in all, once what is asked for is."""
    before = charge.refunded or zero(charge.total.currency)
    return before + charge.part if charge.part is not None else charge.total


def given_back(charge: Charge) -> Told:
    """What comes of a refund that was made."""
    back = back_after(charge)
    state = State.REFUNDED if back >= charge.total else State.FINALIZED
    return Told(state, charge.provider_reference, refunded=back)


def part_of(whole: Parts, amount: Money) -> Parts:
    """So much of it, with its share of the tax, rounded to the minor unit."""
    if amount == whole.total or not whole.total:
        return whole
    share = Fraction(whole.tax.nanos * amount.nanos, whole.total.nanos * 10**9)
    tax = round_to_minor(share, amount.currency)
    return Parts(amount - tax, tax, amount)


def can_step(old: State, new: State) -> bool:
    """Whether a payment can go from `old` to `new`, or stays."""
    return new is old or new in NEXT[old]


def require_step(old: State, new: State) -> None:
    """Raises RefusedError TRANSACTION_STATE where a payment cannot go from `old` to `new`."""
    if not can_step(old, new):
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
