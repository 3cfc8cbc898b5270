"""Events about sessions, money and payments, each with the resource as it then is."""

from ampline.v1 import event_pb2, session_pb2
from server.resources import balance_entries, events, sessions, transactions
from server.store.ids import new_id
from server.store.models import BalanceEntry, Session, Transaction
from server.store.statements import Statement, param
from server.store.unit import Unit
from server.work.ledger import Entry

_SESSION = Statement(sessions.MAPPING.query().where(Session.name == param("name")))
_PARTNER = Statement(Session.select(Session.partner).where(Session.name == param("name")))
_ENTRY = Statement(balance_entries.MAPPING.query().where(BalanceEntry.name == param("name")))
_TRANSACTION = Statement(transactions.MAPPING.query().where(Transaction.name == param("name")))


def new_name(collection: str) -> str:
    """A name for a new resource of a collection, such as `sessions`."""
    return f"{collection}/{new_id()}"


def read_session(unit: Unit, name: str) -> session_pb2.Session:
    """A session as it is now."""
    row = unit.one(_SESSION, name=name)
    assert row is not None
    return sessions.MAPPING.to_message(row)


def session(unit: Unit, type: str, name: str, old_state: int, time_us: int) -> None:  # noqa: A002
    """Tells that a session began, ended or changed."""
    message = read_session(unit, name)
    partner = unit.one(_PARTNER, name=name)
    unit.tell(
        events.event(
            type,
            name,
            event_pb2.SessionChanged(session=message, old_state=old_state),  # type: ignore[arg-type]
            time_us,
            charge_point=message.charge_point,
            location=message.location,
            partner=partner[0] if partner else None,
        )
    )


def balance(unit: Unit, entry: Entry, partner: str | None) -> None:
    """Tells that money moved on a user's balance."""
    row = unit.one(_ENTRY, name=entry.name)
    assert row is not None
    message = balance_entries.MAPPING.to_message(row)
    unit.tell(
        events.event(
            "user.balance_changed",
            entry.user,
            event_pb2.UserBalanceChanged(balance_entry=message),
            unit.now,
            partner=partner,
        )
    )


def transaction(unit: Unit, name: str, old_state: int, partner: str | None) -> None:
    """Tells that a payment was made or changed."""
    row = unit.one(_TRANSACTION, name=name)
    assert row is not None
    message = transactions.MAPPING.to_message(row)
    unit.tell(
        events.event(
            "transaction.changed",
            name,
            event_pb2.TransactionChanged(transaction=message, old_state=old_state),  # type: ignore[arg-type]
            unit.now,
            partner=partner,
        )
    )
