"""What this calendar month has brought on partners' charge points, and whose it is."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from peewee import JOIN, fn

from ampline.v1 import evse_pb2
from ampline.v1.partner_pb2 import Partner
from ampline.v1.session_pb2 import Session as SessionMessage
from server.domain.money import Money
from server.domain.months import Month
from server.domain.revenue import Contract, Earned, Shares, share
from server.resources import contracts
from server.resources.prices import money_to_message
from server.store.clock import to_datetime, to_us
from server.store.models import Evse, Session
from server.store.models import Partner as PartnerRow
from server.store.reads import Rows

_BILLED = SessionMessage.BILLING_COMPLETED

ByCurrency = dict[str, Earned]


class _Terms(NamedTuple):
    """By whose clock a partner's month goes, and how it is shared."""

    zone: ZoneInfo
    contract: Contract | None


def month_figures(
    rows: Rows, partners: Sequence[str], now: int
) -> Mapping[str, list[Partner.MonthFigures]]:
    """By partner, a line for each currency; `now` in microseconds. Each partner's month is that of
    its own time zone."""
    terms = _terms(rows, partners)
    found = {}
    for zone in {each.zone for each in terms.values()}:
        month = Month.of(now, zone)
        names = [name for name, each in terms.items() if each.zone is zone]
        earned = _earned(rows, names, month.span(zone))
        for name in names:
            shared = _shared(rows, name, terms[name], month, earned[name], now)
            found[name] = list(_lines(earned[name], shared, terms[name].contract, month))
    return found


def _terms(rows: Rows, partners: Sequence[str]) -> dict[str, _Terms]:
    query = PartnerRow.select(PartnerRow.name, PartnerRow.time_zone, PartnerRow.contract)
    told = query.where(PartnerRow.name.in_(partners)).tuples().execute(rows.database)
    return {
        name: _Terms(ZoneInfo(time_zone or "UTC"), contracts.of_column(body))
        for name, time_zone, body in told
    }


def _shared(
    rows: Rows, name: str, terms: _Terms, month: Month, earned: ByCurrency, now: int
) -> ByCurrency | None:
    """What was earned while the contract was in force: nearly always all of the month. None where
    it was not."""
    contract, zone = terms.contract, terms.zone
    if contract is None:
        return None
    first, today = date(month.year, month.month, 1), to_datetime(now).astimezone(zone).date()
    if contract.is_in_force(first) and contract.is_in_force(today):
        return earned
    if not contract.is_in_force_between(first, today):
        return None
    begin, end = month.span(zone)
    begins = max(begin, _midnight(contract.start, zone)) if contract.start else begin
    ends = min(end, _midnight(contract.end, zone)) if contract.end else end
    return _earned(rows, [name], (begins, ends))[name]


def _midnight(day: date, zone: ZoneInfo) -> int:
    return to_us(datetime.combine(day, time(), zone))


def _earned(rows: Rows, partners: Sequence[str], span: tuple[int, int]) -> dict[str, ByCurrency]:
    """By partner and currency, of sessions that were billed and ended in that time."""
    earned: dict[str, ByCurrency] = {name: {} for name in partners}
    for partner, currency, current, *sums in _sums(rows, partners, span):
        net, count, energy_wh = map(int, sums)
        amount, nothing = Money.from_micros(currency, net), Money(currency, 0)
        ac, dc = (nothing, amount) if current == evse_pb2.DC else (amount, nothing)
        known = earned[partner].get(currency, Earned.nothing(currency))
        earned[partner][currency] = known + Earned(currency, ac, dc, count, energy_wh)
    return earned


def _sums(rows: Rows, partners: Sequence[str], span: tuple[int, int]) -> Any:
    """Partner, currency, kind of current; then the net, the number and the Wh of the sessions."""
    begin, end = span
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
        .where((Session.stop_time >= begin) & (Session.stop_time < end))
        .where(Session.billing_state == _BILLED)
        .where(Session.net_micros.is_null(False))
        .group_by(Session.partner, Session.currency, Evse.current_type)
    )
    return query.tuples().execute(rows.database)


def _lines(
    earned: ByCurrency, shared: ByCurrency | None, contract: Contract | None, month: Month
) -> Iterator[Partner.MonthFigures]:
    """A contract has its line also where nothing was earned: its monthly fee is due."""
    lines = dict(earned)
    if contract is not None and shared is not None:
        lines.setdefault(contract.currency, Earned.nothing(contract.currency))
    for currency, line in sorted(lines.items()):
        part = (shared or {}).get(currency, Earned.nothing(currency))
        by = contract if shared is not None else None
        shares = share(part, by) + Shares.operators(line.revenue - part.revenue)
        yield Partner.MonthFigures(
            month=contracts.first_day(month),
            revenue=money_to_message(line.revenue),
            partner_share=money_to_message(shares.partner),
            operator_share=money_to_message(shares.operator),
            session_count=line.sessions,
            energy_wh=line.energy_wh,
        )
