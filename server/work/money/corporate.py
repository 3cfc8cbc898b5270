"""What companies pay for their users: the bills, and what is left of the month's limit.

The company's row is locked by whoever spends or holds of its limit, behind the user's: so two
purchases never go by the same room.
"""

from typing import NamedTuple
from zoneinfo import ZoneInfo

from peewee import fn

from ampline.v1 import corporate_bill_pb2 as pb
from ampline.v1.partner_pb2 import Partner as PartnerMessage
from server.domain.authorization import Payment
from server.domain.corporate import NOBODY_PAYS, CompanyFacts, limit_reached
from server.domain.money import Money
from server.domain.months import Month
from server.domain.payments import Purchase
from server.resources import contracts, events
from server.resources.corporate_bills import MAPPING
from server.resources.tariff_terms import money
from server.store.models import CorporateBill, CorporateBillLine, Partner, Session, User
from server.store.statements import Append, Statement, param
from server.store.unit import Unit

_PURCHASE, _REVERSAL = pb.CorporateBillLine.PURCHASE, pb.CorporateBillLine.REVERSAL


class _Company(NamedTuple):
    time_zone: str | None
    corporate_billing: bytes | None

    @property
    def terms(self) -> PartnerMessage.CorporateBilling:
        return PartnerMessage.FromString(bytes(self.corporate_billing or b"")).corporate_billing

    def month(self, now: int) -> Month:
        return Month.of(now, ZoneInfo(self.time_zone or "UTC"))


class _Line(NamedTuple):
    """What a line says besides its number and its kind."""

    transaction: str
    purchase: int
    purchased_resource: str
    user: str | None
    location: str | None
    energy_wh: int | None
    stop_time: int | None
    currency: str
    net_micros: int
    tax_micros: int
    total_micros: int


class Amounts(NamedTuple):
    """What is to be paid: net + tax = total."""

    net: Money
    tax: Money
    total: Money


_COMPANY = Statement(
    Partner.select(Partner.time_zone, Partner.corporate_billing).where(
        Partner.name == param("name")
    )
)
_HELD = Statement(
    Session.select(fn.COALESCE(fn.SUM(Session.held_micros), 0)).where(
        (Session.company == param("name"))
        & Session.stop_time.is_null()
        & (Session.name != param("but"))
    )
)
_COMPANY_OF = Statement(User.select(User.partner).where(User.name == param("user")))
_SESSION = Statement(
    Session.select(Session.location, Session.energy_wh, Session.stop_time).where(
        Session.name == param("name")
    )
)
_BILL = Statement(
    CorporateBill.select(CorporateBill.total_micros, CorporateBill.line_count).where(
        CorporateBill.name == param("bill")
    )
)
_BEGIN = Append(
    CorporateBill,
    (
        "name",
        "partner",
        "month",
        "month_number",
        "currency",
        "time_zone",
        "create_time",
        "update_time",
    ),
)
_ADD = Statement(
    CorporateBill.update(
        net_micros=CorporateBill.net_micros + param("net"),
        tax_micros=CorporateBill.tax_micros + param("tax"),
        total_micros=CorporateBill.total_micros + param("total"),
        line_count=param("number"),
        update_time=param("now"),
    ).where(CorporateBill.name == param("bill"))
)
_APPEND = Append(
    CorporateBillLine,
    ("name", "corporate_bill", "number", "kind", *_Line._fields, "create_time"),
)
_PUT = Statement(
    CorporateBillLine.select(
        CorporateBillLine.corporate_bill,
        *(getattr(CorporateBillLine, column) for column in _Line._fields),
    ).where(
        (CorporateBillLine.transaction == param("transaction"))
        & (CorporateBillLine.kind == _PURCHASE)
    )
)
_IS_TAKEN_OFF = Statement(
    CorporateBillLine.select(CorporateBillLine.number).where(
        (CorporateBillLine.transaction == param("transaction"))
        & (CorporateBillLine.kind == _REVERSAL)
    )
)
_WHOLE = Statement(MAPPING.query().where(CorporateBill.name == param("bill")))


def payer_of(payment: int | None, partner: str | None) -> str | None:
    """The company that pays for a session of a user of that partner."""
    return partner if payment == Payment.CORPORATE else None


def facts(unit: Unit, partner: str | None, but: str = "", *, lock: bool = False) -> CompanyFacts:
    """Whether the company pays now, and how much; `but` is a session whose hold does not count.
    With `lock` nobody else spends of it before the commit."""
    if partner is None:
        return NOBODY_PAYS
    row = (unit.one_locked if lock else unit.one)(_COMPANY, name=partner)
    company = _Company(*row) if row else _Company(None, None)
    terms = company.terms
    if not terms.enabled:
        return NOBODY_PAYS
    limit = money(terms.monthly_limit)
    if limit is None:
        return CompanyFacts(pays=True)
    billed = unit.one(_BILL, bill=_name(partner, company.month(unit.now), limit.currency))
    held = unit.one(_HELD, name=partner, but=but)
    spent = int(billed[0] if billed else 0) + int(held[0] if held else 0)
    return CompanyFacts(pays=True, room=limit - Money.from_micros(limit.currency, spent))


def require(unit: Unit, partner: str | None, needed: Money) -> None:
    """Refused CORPORATE_LIMIT_REACHED where the company would not pay that any more."""
    company = facts(unit, partner, lock=True)
    if not company.covers(needed):
        raise limit_reached(company, needed)


def put(
    unit: Unit, transaction: str, purchase: Purchase, bought: str, user: str | None, owed: Amounts
) -> None:
    """Puts a payment on the bill of its user's company, once; of who has none, on no bill."""
    row = unit.one(_COMPANY_OF, user=user) if user else None
    if row is None or row[0] is None:
        return
    place = (None, None, None)
    if purchase is Purchase.SESSION:
        place = unit.one(_SESSION, name=bought) or place
    what = (transaction, purchase, bought, user, *place, owed.total.currency)
    amounts = (owed.net.micros, owed.tax.micros, owed.total.micros)
    _append(unit, row[0], _PURCHASE, _Line(*what, *amounts))


def take_off(unit: Unit, transaction: str) -> None:
    """Takes a payment off the bills again, once, by a line of its own; if it stood on one."""
    row = unit.one(_PUT, transaction=transaction)
    if row is None or unit.one(_IS_TAKEN_OFF, transaction=transaction):
        return
    line = _Line(*row[1:])
    back = line._replace(
        net_micros=-line.net_micros, tax_micros=-line.tax_micros, total_micros=-line.total_micros
    )
    _append(unit, str(row[0]).partition("/corporateBills/")[0], _REVERSAL, back)


def _append(unit: Unit, partner: str, kind: int, line: _Line) -> None:
    bill, number = _open_bill(unit, partner, line.currency)
    unit.insert(_APPEND, (f"{bill}/lines/{number}", bill, number, kind, *line, unit.now))
    amounts = {"net": line.net_micros, "tax": line.tax_micros, "total": line.total_micros}
    unit.run(_ADD, bill=bill, number=number, now=unit.now, **amounts)
    if number == 1:
        whole = unit.one(_WHOLE, bill=bill)
        assert whole is not None
        message = MAPPING.to_message(whole)
        unit.tell(events.resource_changed("created", message, unit.now, partner=partner))


def _open_bill(unit: Unit, partner: str, currency: str) -> tuple[str, int]:
    """The bill of this month, and the number of its next line."""
    row = unit.one_locked(_COMPANY, name=partner)
    company = _Company(*row) if row else _Company(None, None)
    month = company.month(unit.now)
    name = _name(partner, month, currency)
    found = unit.one(_BILL, bill=name)
    if found is not None:
        return name, int(found[1]) + 1
    first = pb.CorporateBill(month=contracts.first_day(month)).SerializeToString()
    what = (name, partner, first, month.number, currency, company.time_zone or "UTC")
    unit.insert(_BEGIN, (*what, unit.now, unit.now))
    return name, 1


def _name(partner: str, month: Month, currency: str) -> str:
    return f"{partner}/corporateBills/{month}-{currency}"
