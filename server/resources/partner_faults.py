"""What can be wrong with a partner beyond the rules in its proto: field path -> problem."""

from collections.abc import Iterator

from google.type.decimal_pb2 import Decimal
from google.type.money_pb2 import Money

from ampline.v1 import partner_pb2 as pb
from server.resources.number_faults import decimal_fault, money_fault
from server.resources.opening_hours import is_date
from server.resources.tariff_terms import calendar_date
from server.resources.time_zones import is_time_zone

Faults = Iterator[tuple[str, str]]


def faults_of(partner: pb.Partner) -> dict[str, str]:
    """Every fault of the partner; without one its contract can be reckoned with."""
    return dict(_faults(partner))


def _faults(partner: pb.Partner) -> Faults:
    if partner.HasField("contract"):
        contract = partner.contract
        for name, problem in (*_sharing_faults(contract), *_date_faults(contract)):
            yield f"contract.{name}", problem
    if partner.time_zone and not is_time_zone(partner.time_zone):
        yield "time_zone", "is no time zone of the IANA database"
    if partner.corporate_billing.HasField("monthly_limit"):
        limit = partner.corporate_billing.monthly_limit
        if fault := money_fault(limit, limit.currency_code or "some currency"):
            yield "corporate_billing.monthly_limit", fault


def _sharing_faults(contract: pb.Partner.Contract) -> Faults:
    for field, value in contract.ListFields():
        problem: str | None = None
        if isinstance(value, Decimal):
            problem = decimal_fault(value, 0, 100)
        elif isinstance(value, Money):
            problem = money_fault(value, contract.currency)
        if problem:
            yield field.name, problem


def _date_faults(contract: pb.Partner.Contract) -> Faults:
    names = ("start_date", "end_date")
    given = [name for name in names if contract.HasField(name)]  # type: ignore[arg-type]
    wrong = [name for name in given if not is_date(getattr(contract, name))]
    for name in wrong:
        yield name, "is not a whole date"
    if wrong or given != list(names):
        return
    if calendar_date(contract.end_date) <= calendar_date(contract.start_date):
        yield "end_date", "must be after start_date"
