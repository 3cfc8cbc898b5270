"""Months are settled with partners: what they earned becomes the lines of a report.

A report is begun, filled some lines at a time, and issued: each step is a transaction, and what was
cut off between two of them goes on when it is asked for again. Which earnings are in a report is
said in their rows; what is earned later is open, and comes into the next one.
"""

import json
from collections.abc import Sequence
from datetime import date, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from peewee import fn

from ampline.v1 import settlement_pb2 as pb
from server.domain.errors import not_found, precondition
from server.domain.money import Money, zero
from server.domain.months import Month
from server.domain.revenue import Contract, Earned, Shares, share, share_of_next
from server.domain.settlements import Figures, LineKind, kind_of, require_turn
from server.resources import contracts, events
from server.resources.settlements import MAPPING, figures_of, figures_to_message
from server.store.clock import to_datetime
from server.store.models import Earning, Partner, Settlement
from server.store.statements import Append, Statement, param
from server.store.unit import Unit
from server.work.money import settlement_lines
from server.work.money.settlement_lines import Line

MOST = 500
"""The most lines that one transaction writes: the lane is never held long."""
_PREPARING, _ISSUED = pb.Settlement.PREPARING, pb.Settlement.ISSUED


class _Partner(NamedTuple):
    time_zone: str | None
    contract: bytes | None


class _Report(NamedTuple):
    """A settlement's row."""

    name: str
    partner: str
    month_number: int
    currency: str
    time_zone: str
    contract: bytes | None
    figures: bytes | None
    line_count: int
    shared: str

    @property
    def month(self) -> Month:
        return Month.numbered(self.month_number)

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)

    @property
    def so_far(self) -> Figures:
        """What its lines come to up to now."""
        if not self.figures:
            return Figures.nothing(self.currency)
        return figures_of(pb.Settlement.FromString(bytes(self.figures)).figures)


class _Open(NamedTuple):
    """An earning that is not settled yet."""

    number: int
    session: str
    location: str | None
    charge_point: str
    is_dc: bool
    net_micros: int
    tax_micros: int
    energy_wh: int
    electricity_micros: int | None
    corrects: bool
    stop_time: int

    def earned(self, currency: str) -> Earned:
        """What is shared of it."""
        net, nothing = Money.from_micros(currency, self.net_micros), zero(currency)
        ac, dc = (nothing, net) if self.is_dc else (net, nothing)
        return Earned(currency, ac, dc, int(not self.corrects), self.energy_wh)


_OF_PARTNER = Settlement.partner == param("partner")
_OF_MONTH = Settlement.month_number == param("month")
_PARTNER = Statement(
    Partner.select(Partner.time_zone, Partner.contract).where(Partner.name == param("name"))
)
_IS_OPEN = (Earning.partner == param("partner")) & Earning.settlement.is_null()
_OPEN_CURRENCIES = Statement(
    Earning.select(Earning.currency, fn.MIN(Earning.stop_time))
    .where(_IS_OPEN & (Earning.stop_time < param("end")))
    .group_by(Earning.currency)
)
_OPEN = Statement(
    Earning.select(*(getattr(Earning, column) for column in _Open._fields))
    .where(_IS_OPEN & (Earning.currency == param("currency")) & (Earning.stop_time < param("end")))
    .order_by(Earning.stop_time, Earning.number)
    .limit(MOST)
)
_LAST = Statement(Settlement.select(fn.MAX(Settlement.month_number)).where(_OF_PARTNER))
_CUT_OFF = Statement(
    Settlement.select(Settlement.month_number).where(_OF_PARTNER, Settlement.state == _PREPARING)
)
_UNFINISHED = Statement(
    Settlement.select(*(getattr(Settlement, column) for column in _Report._fields))
    .where(_OF_PARTNER, _OF_MONTH, Settlement.state == _PREPARING)
    .order_by(Settlement.currency)
)
_TERMS = Statement(
    Settlement.select(Settlement.contract).where(
        _OF_PARTNER, _OF_MONTH, Settlement.currency == param("currency")
    )
)
_BEGIN = Append(
    Settlement,
    (
        "name",
        "partner",
        "month",
        "month_number",
        "currency",
        "time_zone",
        "state",
        "contract",
        "create_time",
    ),
)
_GO_ON = Statement(
    Settlement.update(
        figures=param("figures"), line_count=param("line_count"), shared=param("shared")
    ).where(Settlement.name == param("name"))
)
_ISSUE = Statement(
    Settlement.update(state=_ISSUED, issue_time=param("now")).where(
        Settlement.name == param("name")
    )
)
_BY_NAME = Statement(MAPPING.query().where(Settlement.name == param("name")))
_OF_THE_MONTH = Statement(
    MAPPING.query().where(_OF_PARTNER, _OF_MONTH).order_by(Settlement.currency)
)


def begin(unit: Unit, partner: str, month: Month, currency: str) -> None:
    """Begins the reports of a month, one for each currency that something is open in; in the
    contract's, or else in `currency`, where nothing is. Goes on with what was cut off.

    Refused MONTH_NOT_OVER, MONTH_SETTLED, MONTH_OUT_OF_TURN.
    """
    row = _locked(unit, partner)
    cut_off = unit.one(_CUT_OFF, partner=partner)
    if cut_off is not None and cut_off[0] == month.number:
        return
    time_zone = row.time_zone or "UTC"
    zone = ZoneInfo(time_zone)
    end = month.span(zone)[1]
    if end > unit.now:
        told = {"month": str(month), "time_zone": time_zone}
        raise precondition("MONTH_NOT_OVER", f"{month} is not over in {time_zone}", **told)
    found = dict(unit.all(_OPEN_CURRENCIES, partner=partner, end=end))
    last = unit.one(_LAST, partner=partner)
    require_turn(
        month,
        Month.numbered(last[0]) if last and last[0] is not None else None,
        Month.of(min(found.values()), zone) if found else None,
    )
    contract = contracts.of_column(row.contract)
    if contract is not None and (not found or _month_fee(contract, month)):
        found.setdefault(contract.currency, 0)
    for each in sorted(found or {currency: 0}):
        _insert(unit, partner, month, each, time_zone, row.contract)


def go_on(unit: Unit, partner: str, month: Month) -> bool:
    """Writes some lines of what was begun, or issues it; whether there is more to be done."""
    _locked(unit, partner)
    unfinished = unit.all(_UNFINISHED, partner=partner, month=month.number)
    if not unfinished:
        return False
    report = _Report(*unfinished[0])
    end = month.span(report.zone)[1]
    found = unit.all(_OPEN, partner=partner, currency=report.currency, end=end)
    report = _fill(unit, report, [_Open(*row) for row in found])
    if len(found) == MOST:
        return True
    _issue(unit, report)
    return len(unfinished) > 1


def of_month(unit: Unit, partner: str, month: Month) -> list[pb.Settlement]:
    """The reports of a month."""
    rows = unit.all(_OF_THE_MONTH, partner=partner, month=month.number)
    return [MAPPING.to_message(row) for row in rows]


def _locked(unit: Unit, partner: str) -> _Partner:
    """One at a time settles with a partner."""
    row = unit.one_locked(_PARTNER, name=partner)
    if row is None:
        raise not_found(partner)
    return _Partner(*row)


def _insert(
    unit: Unit, partner: str, month: Month, currency: str, time_zone: str, contract: bytes | None
) -> None:
    name = f"{partner}/settlements/{month}-{currency}"
    body = pb.Settlement(month=contracts.first_day(month)).SerializeToString()
    terms = contracts.of_column(contract)
    kept = None
    if terms is not None and terms.currency == currency:
        told = contracts.message_of(contract)
        kept = pb.Settlement(contract=told).SerializeToString()
    what = (name, partner, body, month.number, currency, time_zone)
    unit.insert(_BEGIN, (*what, _PREPARING, kept, unit.now))


def _fill(unit: Unit, report: _Report, found: Sequence[_Open]) -> _Report:
    sharing = _Sharing(unit, report)
    lines = [_line(report, sharing, earning) for earning in found]
    settlement_lines.write(unit, report.name, report.line_count, lines)
    if found:
        numbers = [earning.number for earning in found]
        settled = Earning.update(settlement=report.name).where(Earning.number.in_(numbers))
        unit.execute(settled)
    return _add(unit, report, lines, sharing.shared)


def _add(unit: Unit, report: _Report, lines: Sequence[Line], shared: str) -> _Report:
    figures = sum((line.figures for line in lines), report.so_far)
    body = pb.Settlement(figures=figures_to_message(figures)).SerializeToString()
    count = report.line_count + len(lines)
    unit.run(_GO_ON, name=report.name, figures=body, line_count=count, shared=shared)
    return report._replace(figures=body, line_count=count, shared=shared)


def _line(report: _Report, sharing: "_Sharing", earning: _Open) -> Line:
    currency, ended = report.currency, Month.of(earning.stop_time, report.zone)
    micros = earning.electricity_micros
    figures = Figures(
        sharing.shares(earning),
        Money.from_micros(currency, earning.tax_micros),
        int(not earning.corrects),
        earning.energy_wh,
        None if micros is None else Money.from_micros(currency, micros),
    )
    kind = kind_of(report.month, ended, corrects=earning.corrects)
    place = (earning.session, earning.location, earning.charge_point, earning.stop_time)
    return Line(kind, figures, *place)


def _issue(unit: Unit, report: _Report) -> None:
    """With the fee for the month, if there is one; nothing of it changes any more."""
    contract = _contract(report.contract)
    fee = _month_fee(contract, report.month) if contract else None
    if fee and fee.currency == report.currency:
        shares = share(Earned.nothing(report.currency), Contract(fee.currency, fee_per_month=fee))
        line = Line(LineKind.MONTH_FEE, Figures(shares, zero(report.currency)))
        settlement_lines.write(unit, report.name, report.line_count, [line])
        report = _add(unit, report, [line], report.shared)
    elif not report.line_count:
        report = _add(unit, report, [], report.shared)
    unit.run(_ISSUE, name=report.name, now=unit.now)
    row = unit.one(_BY_NAME, name=report.name)
    assert row is not None
    message = MAPPING.to_message(row)
    unit.tell(events.resource_changed("created", message, unit.now, partner=report.partner))


def _month_fee(contract: Contract, month: Month) -> Money | None:
    """What the partner pays for the month; None where the contract was not in force in it."""
    first = date(month.year, month.month, 1)
    last = date(month.next.year, month.next.month, 1) - timedelta(days=1)
    return contract.fee_per_month if contract.is_in_force_between(first, last) else None


def _contract(body: bytes | None) -> Contract | None:
    if not body:
        return None
    return contracts.contract_of(pb.Settlement.FromString(bytes(body)).contract)


class _Sharing:
    """Shares line by line: under the contract of the month in which a session ended, as it was
    when that was settled."""

    def __init__(self, unit: Unit, report: _Report) -> None:
        self._unit = unit
        self._report = report
        self._contracts: dict[int, Contract | None] = {
            report.month_number: _contract(report.contract)
        }
        told = json.loads(report.shared)
        self._so_far = {int(month): _earned(report.currency, sums) for month, sums in told.items()}

    @property
    def shared(self) -> str:
        """What was shared so far, by month, to go on from."""
        told = {
            month: [each.ac.micros, each.dc.micros, each.sessions, each.energy_wh]
            for month, each in self._so_far.items()
        }
        return json.dumps(told)

    def shares(self, earning: _Open) -> Shares:
        """What a line adds to the shares of those before it."""
        currency = self._report.currency
        following = earning.earned(currency)
        ended = to_datetime(earning.stop_time).astimezone(self._report.zone).date()
        month = Month(ended.year, ended.month).number
        contract = self._contract_of(month)
        if contract is None or not contract.is_in_force(ended):
            return Shares.operators(following.revenue)
        so_far = self._so_far.get(month) or Earned.nothing(currency)
        self._so_far[month] = so_far + following
        return share_of_next(so_far, following, contract)

    def _contract_of(self, month: int) -> Contract | None:
        if month not in self._contracts:
            report = self._report
            where = {"partner": report.partner, "currency": report.currency}
            row = self._unit.one(_TERMS, month=month, **where)
            own = self._contracts[report.month_number]
            self._contracts[month] = _contract(row[0]) if row else own
        return self._contracts[month]


def _earned(currency: str, sums: Sequence[int]) -> Earned:
    ac, dc, sessions, energy_wh = sums
    return Earned(
        currency,
        Money.from_micros(currency, ac),
        Money.from_micros(currency, dc),
        sessions,
        energy_wh,
    )
