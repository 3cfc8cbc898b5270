"""How users pay at the platform's gateway without being asked: what they have saved there."""

from typing import NamedTuple

from ampline.v1.user_pb2 import SavedPaymentMethod
from ampline.v1.user_pb2 import User as UserMessage
from server.domain.gateway_steps import StepKind
from server.domain.payments import Kept, Saved
from server.resources import events
from server.resources.users import MAPPING
from server.store.models import User
from server.store.reads import Rows
from server.store.statements import Statement, param
from server.store.unit import Unit
from server.work.money import gateway_steps


class _Known(NamedTuple):
    customer: str | None
    method: str | None
    partner: str | None
    delete_time: int | None


_KNOWN = Statement(
    User.select(User.gateway_customer, User.gateway_method, User.partner, User.delete_time).where(
        User.name == param("name")
    )
)
_USER = Statement(MAPPING.query().where(User.name == param("name")))
_KEEP = Statement(
    User.update(
        gateway_customer=param("customer"),
        gateway_method=param("method"),
        saved_payment_method=param("shown"),
    ).where(User.name == param("name"))
)


def of(rows: Rows, user: str | None) -> Saved | None:
    """What a user has saved; None if there is nothing."""
    known = _known(rows, user) if user else None
    return Saved(known.customer or "", known.method) if known and known.method else None


def customer_of(rows: Rows, user: str) -> str | None:
    """Who a user is to the gateway."""
    known = _known(rows, user)
    return known.customer if known else None


def keep(unit: Unit, kept: Kept) -> None:
    """A user has saved something, in the place of what there was. Of one who was deleted
    meanwhile the gateway forgets it."""
    known = _known(unit, kept.user)
    if known is None or known.delete_time is not None:
        _forget(unit, kept.user, kept.saved.customer)
        return
    if known.method == kept.saved.method:
        return
    if known.customer and known.customer != kept.saved.customer:
        _forget(unit, kept.user, known.customer)
    shown = SavedPaymentMethod(
        kind=kept.kind,
        brand=kept.brand,
        last_digits=kept.last_digits,
        expire_year=kept.expire_year,
        expire_month=kept.expire_month,
    )
    shown.save_time.FromMicroseconds(unit.now)
    body = UserMessage(saved_payment_method=shown).SerializeToString()
    _write(unit, kept.user, known, kept.saved, body)


def remove(unit: Unit, user: str) -> None:
    """The user has nothing saved any more, here and soon there."""
    known = _known(unit, user)
    if known is None or known.customer is None:
        return
    _forget(unit, user, known.customer)
    _write(unit, user, known, None, None)


def forget(unit: Unit, user: str) -> None:
    """The same, of one who is deleted: nobody is told."""
    if customer := customer_of(unit, user):
        _forget(unit, user, customer)


def _known(rows: Rows, user: str) -> _Known | None:
    row = rows.one(_KNOWN, name=user)
    return _Known(*row) if row else None


def _write(unit: Unit, user: str, known: _Known, saved: Saved | None, shown: bytes | None) -> None:
    customer, method = saved or (None, None)
    unit.run(_KEEP, name=user, customer=customer, method=method, shown=shown)
    row = unit.one(_USER, name=user)
    assert row is not None
    fields = ("saved_payment_method",)
    told = events.resource_changed(
        "updated", MAPPING.to_message(row), unit.now, changed_fields=fields, partner=known.partner
    )
    unit.tell(told)


def _forget(unit: Unit, user: str, customer: str) -> None:
    gateway_steps.add(unit, user, StepKind.FORGET, f"/{customer}", reason=customer)
