"""What stands on receipts: sessions as they are billed, and fees as they were paid."""

from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from peewee import fn

from ampline.v1.location_pb2 import Location as LocationMessage
from ampline.v1.receipt_pb2 import Receipt as ReceiptMessage
from ampline.v1.session_pb2 import Session as SessionMessage
from ampline.v1.subscription_plan_pb2 import SubscriptionPlan as PlanMessage
from ampline.v1.transaction_pb2 import Transaction as TransactionMessage
from server.domain.money import Money, zero
from server.domain.payments import NOT_PAID, Method, Parts, Purchase, State, part_of
from server.domain.receipts import Amount, by_rate, percent_of
from server.resources.receipts import put_sums
from server.resources.tariff_terms import decimal, money
from server.store.clock import to_datetime
from server.store.models import (
    Location,
    ReceiptedAmount,
    Session,
    Subscription,
    SubscriptionPlan,
    Transaction,
)
from server.store.reads import Rows
from server.store.statements import Statement, param

LONGEST_SESSION = 62 * 86_400_000_000
"""A session that is older at its end is missed by its user's month, in microseconds."""


class SessionSource(NamedTuple):
    """A session's row."""

    name: str
    user: str | None
    company: str | None
    location: str | None
    start_time: int
    stop_time: int | None
    energy_wh: int
    price: bytes | None
    currency: str | None
    billing_state: int
    payment_state: int

    @property
    def is_billed(self) -> bool:
        """Whether it has its bill."""
        return self.billing_state == SessionMessage.BILLING_COMPLETED and self.price is not None

    @property
    def costs(self) -> bool:
        """Whether somebody is to pay for it."""
        return self.payment_state != SessionMessage.NOT_REQUIRED


class _Fee(NamedTuple):
    """A payment's row, of something that is no session."""

    name: str
    purchase: int
    purchased_resource: str
    currency: str
    net_micros: int
    tax_micros: int
    finalize_time: int


class Source(NamedTuple):
    """What is put on a receipt."""

    name: str
    item: ReceiptMessage.Item
    amounts: Sequence[Amount]


_SESSION = Session.select(*(getattr(Session, column) for column in SessionSource._fields))
_BY_NAME = Statement(_SESSION.where(Session.name == param("name")))
_LOCATION = Statement(
    Location.select(Location.display_name, Location.address, Location.time_zone).where(
        Location.name == param("name")
    )
)


def _is_new(name: object) -> object:
    found = ReceiptedAmount.select(ReceiptedAmount.turn).where(ReceiptedAmount.source == name)
    return ~fn.EXISTS(found)


_OF_MONTH = Statement(
    _SESSION.where(Session.user == param("user"))
    .where((Session.start_time >= param("since")) & (Session.start_time < param("end")))
    .where((Session.stop_time >= param("begin")) & (Session.stop_time < param("end")))
    .where(Session.billing_state == SessionMessage.BILLING_COMPLETED)
    .where(Session.payment_state != SessionMessage.NOT_REQUIRED)
    .where((Session.currency == param("currency")) & Session.company.is_null())
    .where(Session.price.is_null(False))
    .where(_is_new(Session.name))
    .order_by(Session.start_time, Session.name)
    .limit(param("most"))
)
_FEES = Statement(
    Transaction.select(*(getattr(Transaction, column) for column in _Fee._fields))
    .where((Transaction.user == param("user")) & (Transaction.currency == param("currency")))
    .where(
        Transaction.purchase.in_(
            (int(Purchase.SUBSCRIPTION), int(Purchase.CUSTOM_FEE), int(Purchase.RESERVATION))
        )
    )
    .where((Transaction.state == State.FINALIZED) & (Transaction.method != Method.CORPORATE))
    .where(Transaction.finalize_time >= param("begin"))
    .where(Transaction.finalize_time < param("end"))
    .where(_is_new(Transaction.name))
    .order_by(Transaction.finalize_time, Transaction.name)
    .limit(param("most"))
)
_KEPT = Statement(
    Transaction.select(
        Transaction.state,
        Transaction.currency,
        Transaction.net_micros,
        Transaction.tax_micros,
        Transaction.total_micros,
        Transaction.refunded_micros,
    ).where(Transaction.name == param("name"))
)
_PLAN = Statement(
    Subscription.select(SubscriptionPlan.display_name, SubscriptionPlan.tax_percent)
    .join(SubscriptionPlan, on=(SubscriptionPlan.name == Subscription.plan))
    .where(Subscription.name == param("name"))
)


def session_row(rows: Rows, name: str) -> SessionSource | None:
    """A session."""
    row = rows.one(_BY_NAME, name=name)
    return SessionSource(*row) if row else None


def of_month(
    rows: Rows, user: str, currency: str, span: tuple[int, int], most: int
) -> list[Source]:
    """What a user bought in a time and has no receipt of; some more than `most` where it is more.
    What a company pays for is its own business."""
    begin, end = span
    asked = {"user": user, "currency": currency, "begin": begin, "end": end, "most": most + 1}
    sessions = rows.all(_OF_MONTH, since=begin - LONGEST_SESSION, **asked)
    fees = [_fee(rows, _Fee(*row)) for row in rows.all(_FEES, **asked)]
    return [session(rows, SessionSource(*row), whole=False) for row in sessions] + fees


def session(rows: Rows, row: SessionSource, *, whole: bool) -> Source:
    """A session that is billed; with what its price is made up of, if it is the `whole` receipt."""
    price = SessionMessage.FromString(bytes(row.price or b"")).price
    item = ReceiptMessage.Item(
        purchase=TransactionMessage.SESSION, resource=row.name, energy_wh=row.energy_wh
    )
    item.start_time.FromDatetime(to_datetime(row.start_time))
    item.end_time.FromDatetime(to_datetime(row.stop_time or row.start_time))
    if whole:
        item.price_lines.extend(price.lines)
    _put_place(rows, item, row.location)
    amounts = amounts_of(row)
    put_sums(item, amounts)
    return Source(row.name, item, amounts)


def kept_of(rows: Rows, transaction: str) -> Parts:
    """What is left of a payment: without what was given back of it; nothing, if it is not paid."""
    row = rows.one(_KEPT, name=transaction)
    assert row is not None
    state, currency, net, tax, total, refunded = row
    whole = Parts(*(Money.from_micros(currency, each) for each in (net, tax, total)))
    gone = total if State(state) in NOT_PAID else refunded or 0
    back = part_of(whole, Money.from_micros(currency, gone))
    return Parts(whole.net - back.net, whole.tax - back.tax, whole.total - back.total)


def amounts_of(row: SessionSource) -> list[Amount]:
    """What a session is billed, by tax rate."""
    price = SessionMessage.FromString(bytes(row.price or b"")).price
    nothing = zero(row.currency or price.total.currency_code)
    net, tax = money(price.net) or nothing, money(price.tax) or nothing
    if any(not line.HasField("tax_percent") for line in price.lines):
        return [Amount(percent_of(net, tax), net, tax)]
    lines = (
        Amount(decimal(line.tax_percent), money(line.net) or nothing, money(line.tax) or nothing)
        for line in price.lines
    )
    return by_rate(lines) or [Amount(Decimal(0), net, tax)]


def _put_place(rows: Rows, item: ReceiptMessage.Item, location: str | None) -> None:
    row = rows.one(_LOCATION, name=location) if location else None
    if row is not None:
        display_name, body, time_zone = row
        town = LocationMessage.FromString(bytes(body or b"")).address.locality
        item.place = ", ".join(filter(None, (display_name, town)))
        item.time_zone = time_zone or ""


def _fee(rows: Rows, row: _Fee) -> Source:
    net, tax = (Money.from_micros(row.currency, each) for each in (row.net_micros, row.tax_micros))
    told: Decimal | None = None
    item = ReceiptMessage.Item(purchase=row.purchase, resource=row.name)  # type: ignore[arg-type] # its number
    if row.purchase == Purchase.SUBSCRIPTION:
        plan = rows.one(_PLAN, name=row.purchased_resource)
        if plan is not None:
            item.description = plan[0]
            told = _percent(plan[1])
    item.start_time.FromDatetime(to_datetime(row.finalize_time))
    amounts = [Amount(percent_of(net, tax, told), net, tax)]
    put_sums(item, amounts)
    return Source(row.name, item, amounts)


def _percent(body: bytes | None) -> Decimal | None:
    return decimal(PlanMessage.FromString(bytes(body)).tax_percent) if body else None
