"""Who sells and who buys, as it stands on receipts, and the language that these are written in."""

from typing import NamedTuple

from ampline.v1.partner_pb2 import Partner as PartnerMessage
from ampline.v1.receipt_pb2 import Receipt as Message
from ampline.v1.user_pb2 import User as UserMessage
from server.resources import partners, users
from server.resources.receipts import company, person
from server.store.models import Partner, User
from server.store.statements import Statement, param
from server.store.unit import Unit
from server.work.rules import Operator, Rules

LANGUAGES = ("en", "de", "nl", "fr")
"""Those that receipts are written in."""


class Wanted(NamedTuple):
    """How a receipt is to be written, and for whom."""

    language_code: str
    time_zone: str
    series: str
    seller: Message.Party
    buyer: Message.Party | None = None
    user: str | None = None
    partner: str | None = None


_USER = Statement(users.MAPPING.query().where(User.name == param("name")))
_PARTNER = Statement(partners.MAPPING.query().where(Partner.name == param("name")))


def wanted(
    unit: Unit, rules: Rules, user: str | None, payer: str | None, language_code: str | None
) -> Wanted:
    """How a receipt of a user's is written now; `payer` is the company that pays, if one does."""
    row = unit.one(_USER, name=user) if user else None
    who = users.MAPPING.to_message(row) if row else UserMessage()
    row = unit.one(_PARTNER, name=payer) if payer else None
    pays = partners.MAPPING.to_message(row) if row else None
    return Wanted(
        language_code or written_in(who.language_code),
        rules.time_zone,
        rules.operator.receipt_series,
        _seller(rules.operator),
        _buyer(who, pays),
        user,
        who.partner or None,
    )


def written_in(language_code: str) -> str:
    """The language to write in to somebody who reads that one; English, where we know none."""
    base = language_code.replace("_", "-").partition("-")[0].lower()
    return language_code if base in LANGUAGES else LANGUAGES[0]


def _buyer(user: UserMessage, pays: PartnerMessage | None) -> Message.Party | None:
    if pays is not None:
        return company(pays)
    return person(user) if user.email else None


def _seller(operator: Operator) -> Message.Party:
    return Message.Party(
        display_name=operator.name,
        address_lines=operator.address,
        vat_number=operator.vat_number,
        registration_number=operator.registration_number,
        email=operator.email,
    )
