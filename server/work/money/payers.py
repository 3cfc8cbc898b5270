"""Who pays: what is known of a user's purse."""

from typing import NamedTuple

from ampline.v1 import user_pb2
from server.domain.authorization import Payment
from server.domain.errors import not_found, precondition
from server.domain.ledger import available
from server.domain.money import Money
from server.store.models import User
from server.store.statements import Statement, param
from server.store.unit import Unit
from server.work.money import holds


class Payer(NamedTuple):
    """A user, whose row nobody else changes before the commit."""

    name: str
    partner: str | None
    payment_preference: int
    currency: str
    balance_micros: int
    groups: bytes | None

    @property
    def by_balance(self) -> bool:
        """Whether fees come from the balance."""
        return Payment(self.payment_preference) in (Payment.BALANCE, Payment.SUBSCRIPTION)

    @property
    def in_groups(self) -> frozenset[str]:
        """The user groups that they are in."""
        return frozenset(user_pb2.User.FromString(bytes(self.groups or b"")).groups)


_PAYER = Statement(
    User.select(*(getattr(User, column) for column in Payer._fields)).where(
        User.name == param("name")
    )
)


def payer(unit: Unit, name: str) -> Payer:
    """The user of that name, locked. NOT_FOUND if there is none."""
    row = unit.one_locked(_PAYER, name=name)
    if row is None:
        raise not_found(name)
    return Payer(*row)


def require_free(unit: Unit, who: Payer, needed: Money) -> None:
    """Refused INSUFFICIENT_BALANCE where the user may not spend that much."""
    there = free(unit, who)
    if who.currency != needed.currency or needed > there:
        told = f"{there} of the balance of {who.name} is there, {needed} is needed"
        metadata = {"available": str(there), "needed": str(needed)}
        raise precondition("INSUFFICIENT_BALANCE", told, **metadata)


def free(unit: Unit, who: Payer, but: str = "") -> Money:
    """What the user may spend: the balance without what running sessions hold, but that one."""
    balance = Money.from_micros(who.currency, who.balance_micros)
    return available(balance, [holds.held_of(unit, who.name, who.currency, but)])
