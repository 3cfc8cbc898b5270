"""The fees of subscriptions: taken from the balance, or asked for elsewhere."""

from collections.abc import Sequence
from enum import Enum

from server.domain.authorization import Payment
from server.domain.errors import RefusedError
from server.domain.ledger import EntryType
from server.domain.money import total
from server.domain.payments import SETTLED_OUTSIDE, Method, Purchase, State
from server.domain.subscriptions import Fee
from server.store.unit import Unit
from server.work.money import corporate, ledger, payments
from server.work.money.payers import Payer
from server.work.money.subscription_rows import SubscriptionRow

_LIMIT = "CORPORATE_LIMIT_REACHED"


class Paying(Enum):
    """How far the payment of a fee has come."""

    PAID = "paid"
    AWAITED = "awaited"  # somebody outside is to tell of it
    NOT_COVERED = "not covered"


def pay(unit: Unit, who: Payer, row: SubscriptionRow, fee: Fee, period: int) -> Paying:
    """Pays for a period, once."""
    if not fee.total or who.payment_preference == Payment.NO_PAYMENT:
        return Paying.PAID
    if not who.by_balance:
        bought = payments.Bought(Purchase.SUBSCRIPTION, row.name, row.user, row.partner)
        method = payments.METHOD[Payment(who.payment_preference)]
        if not company_covers(unit, who, [fee]):
            return not_covered_by_company(unit, row, fee)
        payments.record_of(unit, bought, fee, method, State.PENDING)
        return Paying.AWAITED
    try:
        debit(unit, who, row, fee, period)
    except RefusedError:
        return not_covered(unit, row, fee)
    return Paying.PAID


def company_covers(unit: Unit, who: Payer, due: Sequence[Fee]) -> bool:
    """Whether the company pays for what is due, where it is the one that is to."""
    if who.payment_preference != Payment.CORPORATE or not due:
        return True
    currency = due[0].total.currency
    needed = total(currency, (fee.total for fee in due))
    return not needed or corporate.facts(unit, who.partner, lock=True).covers(needed)


def not_covered(unit: Unit, row: SubscriptionRow, fee: Fee) -> Paying:
    """Keeps what the balance does not cover as a payment that failed."""
    return _failed(unit, row, fee, Method.BALANCE, "INSUFFICIENT_BALANCE")


def not_covered_by_company(unit: Unit, row: SubscriptionRow, fee: Fee) -> Paying:
    """Keeps what the company's limit does not cover as a payment that failed."""
    return _failed(unit, row, fee, Method.CORPORATE, _LIMIT)


def _failed(unit: Unit, row: SubscriptionRow, fee: Fee, method: Method, why: str) -> Paying:
    if fee.total:
        bought = payments.Bought(Purchase.SUBSCRIPTION, row.name, row.user, row.partner)
        payments.record_of(unit, bought, fee, method, State.FAILED, why)
    return Paying.NOT_COVERED


def debit(unit: Unit, who: Payer, row: SubscriptionRow, fee: Fee, period: int) -> None:
    """Takes the fee from the balance. RefusedError, and nothing changed, where it cannot be."""
    cause = f"{row.name}/periods/{period}"
    entry = ledger.book(unit, who.name, EntryType.SUBSCRIPTION_FEE, -fee.total, cause)
    ledger.tell(unit, entry, who.partner)
    bought = payments.Bought(Purchase.SUBSCRIPTION, row.name, row.user, row.partner)
    payments.record_of(unit, bought, fee, Method.BALANCE, State.FINALIZED)


def awaited(unit: Unit, row: SubscriptionRow) -> list[payments.Payment]:
    """The fees that somebody outside is still to tell of."""
    found = payments.payments_of(unit, row.name, Purchase.SUBSCRIPTION)
    return [each for each in found if each.paid.state in (State.PENDING, State.AUTHORIZED)]


def ask_again(unit: Unit, row: SubscriptionRow) -> bool:
    """Asks outside once more for the latest fee, if it could not be paid there; not where it was
    never asked for, because the company's limit was used up."""
    found = payments.payments_of(unit, row.name, Purchase.SUBSCRIPTION)
    latest = found[-1] if found else None
    failed = latest is not None and latest.paid.state is State.FAILED
    if latest is None or not failed or latest.method not in SETTLED_OUTSIDE:
        return False
    if payments.read(unit, latest.name).failure_reason == _LIMIT:
        return False
    payments.repeat(unit, latest)
    return True
