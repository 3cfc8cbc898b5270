"""Contracts with partners, from their messages to the domain's values."""

from google.type.date_pb2 import Date
from google.type.money_pb2 import Money as MoneyMessage

from ampline.v1.partner_pb2 import Partner
from server.domain.money import Money
from server.domain.months import Month
from server.domain.revenue import Contract
from server.resources.tariff_terms import calendar_date, decimal, money


def of_column(body: bytes | None) -> Contract | None:
    """The contract in a partner's column; None without one."""
    return contract_of(message_of(body)) if body else None


def message_of(body: bytes | None) -> Partner.Contract:
    """The contract in a partner's column, as it is told."""
    return Partner.FromString(bytes(body or b"")).contract


def contract_of(message: Partner.Contract) -> Contract:
    """The contract; of one that nothing is wrong with."""

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


def first_day(month: Month) -> Date:
    """The month's first day."""
    return Date(year=month.year, month=month.month, day=1)
