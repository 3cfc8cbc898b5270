"""Receipts."""

from collections.abc import Iterable
from decimal import Decimal

from google.type.decimal_pb2 import Decimal as DecimalMessage
from google.type.postal_address_pb2 import PostalAddress

from ampline.v1.partner_pb2 import Partner
from ampline.v1.receipt_pb2 import Receipt
from ampline.v1.user_pb2 import User
from server.domain.receipts import Amount
from server.resources.mapping import Mapping
from server.resources.prices import money_to_message
from server.store import models

MAPPING = Mapping(Receipt, models.Receipt)


def person(user: User) -> Receipt.Party:
    """A driver, at the company that they said, as far as is known."""
    own = " ".join(filter(None, (user.given_name, user.family_name)))
    names = [name for name in (user.company, own) if name] or [user.email]
    lines = [*names[1:], *address_lines(user.address)]
    return Receipt.Party(display_name=names[0], address_lines=lines, email=user.email)


def company(partner: Partner) -> Receipt.Party:
    """A partner that pays."""
    return Receipt.Party(
        display_name=partner.legal_name or partner.display_name,
        address_lines=address_lines(partner.address),
        vat_number=partner.vat_number,
        registration_number=partner.registration_number,
    )


def address_lines(address: PostalAddress) -> list[str]:
    """An address as it stands on an envelope."""
    town = " ".join(filter(None, (address.postal_code, address.locality)))
    told = (*address.address_lines, town, address.administrative_area, address.region_code)
    return [line for line in told if line]


def tax_line(amount: Amount) -> Receipt.TaxLine:
    """What is taxed at one rate."""
    return Receipt.TaxLine(
        tax_percent=DecimalMessage(value=percent_text(amount.tax_percent)),
        net=money_to_message(amount.net),
        tax=money_to_message(amount.tax),
        total=money_to_message(amount.total),
    )


def percent_text(percent: Decimal) -> str:
    """The rate, without zeros that say nothing."""
    return f"{percent.normalize():f}"


def put_sums(message: Receipt.Item, amounts: Iterable[Amount]) -> None:
    """Writes what an item comes to; of one currency, and not nothing."""
    found = list(amounts)
    net, tax = found[0].net, found[0].tax
    for each in found[1:]:
        net, tax = net + each.net, tax + each.tax
    for field, amount in (("net", net), ("tax", tax), ("total", net + tax)):
        getattr(message, field).CopyFrom(money_to_message(amount))
