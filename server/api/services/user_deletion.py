"""Deletes a user: personal data goes, sessions and ledger stay under the pseudonym of the name."""

from ampline.v1 import user_pb2 as pb
from server.api.changes import Change
from server.api.services.id_tags import id_tags
from server.domain.errors import precondition
from server.domain.money import Money
from server.domain.payments import State
from server.resources.personal_data import is_personal
from server.store import search
from server.store.models import (
    ChargePoint,
    IdTag,
    Reservation,
    Session,
    Subscription,
    Transaction,
    User,
)
from server.store.statements import Statement, param
from server.work import forgetting
from server.work.money import saved_methods
from server.work.sessions.session_rows import SessionState

_DISABLED = 2
_PERSONAL = tuple(field.name for field in pb.User.DESCRIPTOR.fields if is_personal(field))
_UNFINISHED = (SessionState.PENDING, SessionState.ACTIVE)
_UNPAID = (State.PENDING, State.AUTHORIZED)
_SUBSCRIBED = (1, 2, 3)  # ampline.v1.Subscription.State PENDING, ACTIVE and SUSPENDED
_RESERVED = 1  # ampline.v1.Reservation.State ACTIVE

_IN_THE_WAY = (
    Statement(
        Session.select(Session.name).where(
            (Session.user == param("user")) & Session.state.in_(_UNFINISHED)
        )
    ),
    Statement(
        Transaction.select(Transaction.name).where(
            (Transaction.user == param("user")) & Transaction.state.in_(_UNPAID)
        )
    ),
    Statement(
        Subscription.select(Subscription.name).where(
            (Subscription.user == param("user")) & Subscription.state.in_(_SUBSCRIBED)
        )
    ),
    Statement(
        Reservation.select(Reservation.name).where(
            (Reservation.user == param("user")) & (Reservation.state == _RESERVED)
        )
    ),
    Statement(ChargePoint.select(ChargePoint.name).where(ChargePoint.owner == param("user"))),
)
_TAGS = Statement(IdTag.select(IdTag.name).where(IdTag.user == param("user")))
_BALANCE = Statement(
    User.select(User.balance_micros, User.currency).where(User.name == param("user"))
)
_FORGET = Statement(
    User.update(
        **dict.fromkeys((*_PERSONAL, "groups", "gateway_customer", "gateway_method")),
        search_text="",
        state=_DISABLED,
        delete_time=param("now"),
        update_time=param("now"),
        version=User.version + 1,
    ).where(User.name == param("user"))
)


def remove_personal_data(change: Change[pb.User]) -> None:
    """Leaves nothing but the name and the ledger. Refused while a session runs, money is owed, or
    a subscription, a reservation or a personal charge point is theirs."""
    unit, name = change.unit, change.after.name
    _require_settled(change)
    forgetting.begin(unit, name)
    for (tag,) in unit.all(_TAGS, user=name):
        _release(change, tag)
    search.remove(unit, User, name)
    saved_methods.forget(unit, name)
    unit.run(_FORGET, user=name, now=unit.now)
    change.after = pb.User(name=name)


def _require_settled(change: Change[pb.User]) -> None:
    unit, name = change.unit, change.after.name
    (balance, currency) = unit.one(_BALANCE, user=name) or (0, "")
    if balance < 0:
        due = str(Money.from_micros(currency, -balance))
        raise precondition("PREVIOUS_SESSION_UNPAID", f"{name} owes {due}", amount_due=due)
    found = [str(each) for statement in _IN_THE_WAY for (each,) in unit.all(statement, user=name)]
    if found:
        told = ", ".join(found[:5])
        message = f"{name} is used by {told}"
        raise precondition("RESOURCE_IN_USE", message, name=name, referrers=told)


def _release(change: Change[pb.User], tag: str) -> None:
    """The tag is nobody's any more, and bears no words of its owner's."""
    row = id_tags.find(change.unit, tag, change.caller, lock=True)
    before = id_tags.mapping.to_message(row)
    released = Change(change.unit, change.caller, None, row[-1], before, before)
    released.changed = ["user", "label", "vehicle_kind"]
    released.after = type(before)()
    released.after.CopyFrom(before)
    for field in released.changed:
        released.after.ClearField(field)  # type: ignore[arg-type] # they are its fields
    id_tags.write(released, {})
