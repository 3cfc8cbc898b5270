"""Receipts are issued: numbered, frozen, and corrected by receipts of their own.

Of each session and each fee it is written down what stands on receipts. So nothing stands on two,
and what a session's receipts come to is its bill: once it has one, a bill that changes is followed
by a receipt of the difference, in the same transaction.
"""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple
from zoneinfo import ZoneInfo

from ampline.v1.receipt_pb2 import Receipt as Message
from ampline.v1.session_pb2 import Session as SessionMessage
from server.domain.errors import not_found, precondition
from server.domain.money import Money, total
from server.domain.months import Month
from server.domain.receipts import Amount, by_rate, difference, number_of
from server.resources import contracts, events
from server.resources.receipts import (
    MAPPING,
    percent_text,
    put_sums,
    tax_line,
)
from server.store.clock import to_datetime
from server.store.ids import new_name
from server.store.models import Receipt, ReceiptedAmount, Session, User
from server.store.statements import Append, Statement, param
from server.store.unit import Unit
from server.work.money import receipt_numbers, receipt_parties, receipt_sources
from server.work.money.receipt_parties import Wanted
from server.work.money.receipt_sources import SessionSource, Source
from server.work.rules import Rules

MOST = 2000
"""Items of one receipt."""


class _Issued(NamedTuple):
    """What stands on receipts already, of one source at one rate."""

    receipt: str
    turn: int
    tax_percent: str
    net_micros: int
    tax_micros: int


_COLUMNS = (
    *("name", "number", "year", "place", "series", "kind", "corrected_receipt"),
    *("corrected_number", "user", "partner", "session", "month", "language_code", "time_zone"),
    *("seller", "buyer", "items", "tax_lines", "currency"),
    *("net_micros", "tax_micros", "total_micros", "create_time"),
)
_INSERT = Append(Receipt, _COLUMNS)
_NOTE = Append(
    ReceiptedAmount, ("receipt", "source", "turn", "tax_percent", "net_micros", "tax_micros")
)
_NOTED = Statement(
    ReceiptedAmount.select(*(getattr(ReceiptedAmount, column) for column in _Issued._fields))
    .where(ReceiptedAmount.source == param("source"))
    .order_by(ReceiptedAmount.turn)
)
_BY_NAME = Statement(MAPPING.query().where(Receipt.name == param("name")))
_SERIES = Statement(Receipt.select(Receipt.series).where(Receipt.name == param("name")))
_OF_MONTH = Statement(
    Receipt.select(Receipt.name)
    .where((Receipt.user == param("user")) & (Receipt.kind == Message.MONTH))
    .where((Receipt.month == param("month")) & (Receipt.currency == param("currency")))
    .order_by(Receipt.create_time.desc(), Receipt.name.desc())
    .limit(1)
)
_LOCK_USER = Statement(User.select(User.name).where(User.name == param("name")))
_LOCK_SESSION = Statement(Session.select(Session.name).where(Session.name == param("name")))


def read(unit: Unit, name: str) -> Message:
    """A receipt as it was issued."""
    row = unit.one(_BY_NAME, name=name)
    if row is None:
        raise not_found(name)
    return MAPPING.to_message(row)


def of_session(unit: Unit, rules: Rules, name: str, language_code: str | None) -> Message:
    """The receipt of a session; issued, if it has none yet.

    Refused NOT_BILLED, and NOTHING_BOUGHT where nobody is to pay for it.
    """
    row = receipt_sources.session_row(unit, name)
    if row is None:
        raise not_found(name)
    if row.user is not None:
        unit.one_locked(_LOCK_USER, name=row.user)
    unit.one_locked(_LOCK_SESSION, name=name)
    if noted := _noted(unit, name):
        return read(unit, noted[0].receipt)
    if not row.is_billed:
        state = SessionMessage.BillingState.Name(row.billing_state)  # type: ignore[arg-type] # its number
        raise precondition("NOT_BILLED", f"{name} has no bill yet", billing_state=state)
    if not row.costs:
        raise precondition("NOTHING_BOUGHT", f"nothing is to be paid for {name}")
    source = receipt_sources.session(unit, row, whole=True)
    wanted = receipt_parties.wanted(unit, rules, row.user, row.company, language_code)
    return _issue(unit, wanted, Message.SESSION, [source], session=name)


def of_month(
    unit: Unit, rules: Rules, user: str, month: Month, currency: str, language_code: str | None
) -> Message:
    """The receipt of what a user bought in a month and has none of; the last one of that month, if
    there is nothing of that kind.

    Refused MONTH_NOT_OVER, NOTHING_BOUGHT and RECEIPT_TOO_LONG.
    """
    unit.one_locked(_LOCK_USER, name=user)
    span = month.span(ZoneInfo(rules.time_zone))
    if span[1] > unit.now:
        told = {"month": str(month), "time_zone": rules.time_zone}
        raise precondition("MONTH_NOT_OVER", f"{month} is not over in {rules.time_zone}", **told)
    found = receipt_sources.of_month(unit, user, currency, span, MOST)
    if len(found) > MOST:
        raise precondition("RECEIPT_TOO_LONG", f"{user} bought too much", most=str(MOST))
    first_day = Message(month=contracts.first_day(month)).SerializeToString()
    if not found:
        last = unit.one(_OF_MONTH, user=user, month=first_day, currency=currency)
        if last is None:
            raise precondition("NOTHING_BOUGHT", f"{user} bought nothing in {month}")
        return read(unit, last[0])
    wanted = receipt_parties.wanted(unit, rules, user, None, language_code)
    return _issue(unit, wanted, Message.MONTH, found, month=first_day)


def correct_session(unit: Unit, name: str) -> None:
    """Follows the bill of a session that has a receipt and is billed otherwise now."""
    row = receipt_sources.session_row(unit, name)
    if row is not None and (noted := _noted(unit, name)):
        now = receipt_sources.amounts_of(row)
        _correct(unit, name, noted, now, row)


def credit(unit: Unit, transaction: str) -> None:
    """Takes back what the receipt of a fee says and is not paid any more, if it has one."""
    if noted := _noted(unit, transaction):
        left = receipt_sources.kept_of(unit, transaction)
        now = Amount(Decimal(noted[0].tax_percent), left.net, left.tax)
        _correct(unit, transaction, noted, [now], None)


def _correct(
    unit: Unit,
    source: str,
    noted: Sequence[_Issued],
    now: Sequence[Amount],
    session: SessionSource | None,
) -> None:
    first = read(unit, noted[0].receipt)
    before = [Amount(Decimal(each.tax_percent), *_money(first.currency, each)) for each in noted]
    changed = difference(now, before)
    if not changed:
        return
    item = next(each for each in first.items if each.resource == source)
    corrected = Message.Item()
    corrected.CopyFrom(item)
    corrected.ClearField("price_lines")
    if session is not None:
        corrected.energy_wh = session.energy_wh
    put_sums(corrected, changed)
    series = unit.one(_SERIES, name=first.name)
    assert series is not None
    buyer = first.buyer if first.HasField("buyer") else None
    who = (first.seller, buyer, first.user or None, first.partner or None)
    wanted = Wanted(first.language_code, first.time_zone, series[0], *who)
    _issue(
        unit,
        wanted,
        Message.CORRECTION,
        [Source(source, corrected, changed)],
        session=source if session is not None else None,
        corrects=first,
        turn=noted[-1].turn + 1,
    )


def _issue(
    unit: Unit,
    wanted: Wanted,
    kind: Message.Kind.ValueType,
    sources: Sequence[Source],
    *,
    session: str | None = None,
    month: bytes | None = None,
    corrects: Message | None = None,
    turn: int = 0,
) -> Message:
    """Writes it, under the next number of its year, and tells of it."""
    name = new_name("receipts")
    year = _local(unit, wanted.time_zone).year
    place = receipt_numbers.draw(unit, wanted.series, year)
    number = number_of(wanted.series, year, place)
    amounts = by_rate(amount for source in sources for amount in source.amounts)
    currency = amounts[0].net.currency
    net = total(currency, (each.net for each in amounts))
    tax = total(currency, (each.tax for each in amounts))
    corrected = (corrects.name, corrects.number) if corrects else (None, None)
    row = (
        *(name, number, year, place, wanted.series, kind, *corrected),
        *(wanted.user, wanted.partner, session, month, wanted.language_code, wanted.time_zone),
        Message(seller=wanted.seller).SerializeToString(),
        Message(buyer=wanted.buyer).SerializeToString() if wanted.buyer else None,
        Message(items=[source.item for source in sources]).SerializeToString(),
        Message(tax_lines=map(tax_line, amounts)).SerializeToString(),
        *(currency, net.micros, tax.micros, (net + tax).micros, unit.now),
    )
    unit.insert(_INSERT, row)
    unit.insert_all(
        _NOTE,
        [
            (name, source.name, turn, percent_text(rate), part.micros, on_it.micros)
            for source in sources
            for rate, part, on_it in source.amounts
        ],
    )
    return _told(unit, name, wanted.partner)


def _told(unit: Unit, name: str, partner: str | None) -> Message:
    message = read(unit, name)
    brief = Message()
    brief.CopyFrom(message)
    brief.ClearField("items")
    unit.tell(events.resource_changed("created", brief, unit.now, partner=partner))
    return message


def _noted(unit: Unit, source: str) -> list[_Issued]:
    return [_Issued(*row) for row in unit.all(_NOTED, source=source)]


def _money(currency: str, issued: _Issued) -> tuple[Money, Money]:
    net, tax = issued.net_micros, issued.tax_micros
    return Money.from_micros(currency, net), Money.from_micros(currency, tax)


def _local(unit: Unit, time_zone: str) -> datetime:
    return to_datetime(unit.now).astimezone(ZoneInfo(time_zone))
