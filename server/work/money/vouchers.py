"""Vouchers are redeemed: what one is worth comes to a balance."""

from collections.abc import Collection
from typing import NamedTuple

from ampline.v1.balance_entry_pb2 import BalanceEntry
from ampline.v1.money_event_pb2 import VoucherRedeemed
from ampline.v1.voucher_pb2 import Voucher as Message
from server.domain.errors import RefusedError, precondition
from server.domain.ledger import EntryType
from server.domain.money import Money
from server.domain.vouchers import Hindrance, Redeemer, Terms, hindrance
from server.resources import events
from server.resources.vouchers import MAPPING, code_key
from server.store.clock import to_datetime
from server.store.models import BalanceEntry as Entry
from server.store.models import Voucher
from server.store.statements import Statement, param
from server.store.unit import Unit
from server.work.money import ledger


class _Row(NamedTuple):
    name: str
    partner: str | None
    amount_micros: int
    currency: str
    max_uses: int
    use_count: int
    start_time: int | None
    end_time: int | None
    user_group: str | None

    def terms(self) -> Terms:
        return Terms(
            self.max_uses - self.use_count,
            to_datetime(self.start_time) if self.start_time else None,
            to_datetime(self.end_time) if self.end_time else None,
            self.user_group,
            self.partner,
        )


class Redeemed(NamedTuple):
    """What was booked, and the voucher as it is now."""

    entry: BalanceEntry
    voucher: Message


_BY_CODE = Statement(
    Voucher.select(*(getattr(Voucher, column) for column in _Row._fields)).where(
        Voucher.code_key == param("key")
    )
)
_USE = Statement(
    Voucher.update(use_count=Voucher.use_count + 1).where(Voucher.name == param("name"))
)
_BOOKED = Statement(Entry.select(Entry.name).where(Entry.cause == param("cause")))
_WHOLE = Statement(MAPPING.query().where(Voucher.name == param("name")))


def redeem(
    unit: Unit, user: str, partner: str | None, groups: Collection[str], code: str
) -> Redeemed:
    """Uses a voucher once for the user, whose row is locked. Refused VOUCHER_NOT_REDEEMABLE."""
    row = unit.one_locked(_BY_CODE, key=code_key(code))
    if row is None:
        raise _refused(Hindrance.UNKNOWN)
    voucher = _Row(*row)
    cause = f"{voucher.name}/{user}"
    who = Redeemer(groups, partner, unit.one(_BOOKED, cause=cause) is not None)
    if why := hindrance(voucher.terms(), who, to_datetime(unit.now)):
        raise _refused(why)
    amount = Money.from_micros(voucher.currency, voucher.amount_micros)
    entry = ledger.book(unit, user, EntryType.VOUCHER, amount, cause)
    unit.run(_USE, name=voucher.name)
    told = ledger.tell(unit, entry, partner)
    return Redeemed(told, _tell(unit, voucher, user, told))


def _tell(unit: Unit, voucher: _Row, user: str, entry: BalanceEntry) -> Message:
    row = unit.one(_WHOLE, name=voucher.name)
    assert row is not None
    message = MAPPING.to_message(row)
    payload = VoucherRedeemed(voucher=message, user=user, balance_entry=entry)
    told = events.event(
        "voucher.redeemed", voucher.name, payload, unit.now, partner=voucher.partner
    )
    unit.tell(told)
    return message


def _refused(why: Hindrance) -> RefusedError:
    words = why.value.replace("_", " ").lower()
    return precondition("VOUCHER_NOT_REDEEMABLE", f"the voucher: {words}", why=why.value)
