"""How users pay at the platform's gateway without being asked: what they have saved there."""

from server.domain.payments import Saved
from server.store.models import User
from server.store.reads import Rows
from server.store.statements import Statement, param

_SAVED = Statement(
    User.select(User.gateway_customer, User.gateway_method).where(User.name == param("name"))
)


def of(rows: Rows, user: str | None) -> Saved | None:
    """What a user has saved; None if there is nothing."""
    row = rows.one(_SAVED, name=user) if user else None
    return Saved(row[0], row[1]) if row and row[1] else None
