"""What this calendar month has brought on partners' charge points, and whose it is."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from google.type.money_pb2 import Money as MoneyMessage
from peewee import JOIN, fn

from ampline.v1 import evse_pb2
from ampline.v1.partner_pb2 import Partner
from ampline.v1.session_pb2 import Session as SessionMessage
from server.domain.money import Money
from server.domain.revenue import Contract, Earned, share
from server.resources.prices import money_to_message
from server.resources.tariff_terms import calendar_date, decimal, money
from server.store.clock import to_us
from server.store.models import Evse, Session
from server.store.models import Partner as PartnerRow
from server.store.reads import Rows

_BILLED = SessionMessage.BILLING_COMPLETED


def month_figures(
    rows: Rows, partners: Sequence[str], now: datetime
) -> Mapping[str, list[Partner.MonthFigures]]:
    """By partner, a line for each currency; `now` is in UTC, as the month is."""
    month = now.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    earned: dict[str, dict[str, Earned]] = {name: {} for name in partners}
    for partner, currency, *sums in _sums(rows, partners, month):
        known = earned[partner].get(currency, _nothing(currency))
        earned[partner][currency] = _with(known, *sums)
    contracts = _contracts(rows, partners, now.date())
    return {
        name: list(_lines(earned[name], contracts.get(name), month.date())) for name in partners
    }


def _sums(rows: Rows, partners: Sequence[str], month: datetime) -> Any:
    """Partner, currency, kind of current; then the net, the number and the Wh of the sessions."""
    query = (
        Session.select(
            Session.partner,
            Session.currency,
            Evse.current_type,
            fn.SUM(Session.net_micros),
            fn.COUNT(Session.name),
            fn.SUM(Session.energy_wh),
        )
        .join_from(Session, Evse, JOIN.LEFT_OUTER, on=(Evse.name == Session.evse))
        .where(Session.partner.in_(partners))
        .where(Session.stop_time >= to_us(month))
        .where(Session.billing_state == _BILLED)
        .where(Session.net_micros.is_null(False))
        .group_by(Session.partner, Session.currency, Evse.current_type)
    )
    return query.tuples().execute(rows.database)


def _nothing(currency: str) -> Earned:
    return Earned(currency, Money(currency, 0), Money(currency, 0), 0, 0)


def _with(known: Earned, current: int | None, net: int, count: int, energy_wh: int) -> Earned:
    amount = Money.from_micros(known.currency, int(net))
    is_dc = current == evse_pb2.DC
    return Earned(
        known.currency,
        known.ac if is_dc else known.ac + amount,
        known.dc + amount if is_dc else known.dc,
        known.sessions + count,
        known.energy_wh + int(energy_wh),
    )


def _contracts(rows: Rows, partners: Sequence[str], today: date) -> dict[str, Contract]:
    """The contracts in force."""
    query = PartnerRow.select(PartnerRow.name, PartnerRow.contract)
    query = query.where(PartnerRow.name.in_(partners) & PartnerRow.contract.is_null(False))
    told = query.tuples().execute(rows.database)
    found = {name: _contract(Partner.FromString(bytes(body)).contract) for name, body in told}
    return {name: contract for name, contract in found.items() if contract.is_in_force(today)}


def _contract(message: Partner.Contract) -> Contract:
    def fee(amount: MoneyMessage) -> Money | None:
        return money(amount) if amount.currency_code else None

    return Contract(
        message.currency,
        decimal(message.ac_revenue_share_percent),
        decimal(message.dc_revenue_share_percent),
        fee(message.fee_per_session),
        fee(message.fee_per_kwh),
        fee(message.fee_per_month),
        calendar_date(message.start_date) if message.HasField("start_date") else None,
        calendar_date(message.end_date) if message.HasField("end_date") else None,
    )


def _lines(
    earned: Mapping[str, Earned], contract: Contract | None, month: date
) -> Iterator[Partner.MonthFigures]:
    """A contract has its line also where nothing was earned: its monthly fee is due."""
    lines = dict(earned)
    if contract is not None:
        lines.setdefault(contract.currency, _nothing(contract.currency))
    for _, line in sorted(lines.items()):
        shares = share(line, contract)
        figures = Partner.MonthFigures(
            revenue=money_to_message(line.revenue),
            partner_share=money_to_message(shares.partner),
            operator_share=money_to_message(shares.operator),
            session_count=line.sessions,
            energy_wh=line.energy_wh,
        )
        figures.month.year, figures.month.month, figures.month.day = month.year, month.month, 1
        yield figures
