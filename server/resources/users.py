"""Users."""

from ampline.v1.user_pb2 import User
from server.resources.mapping import Computed, Mapping
from server.resources.search import fold
from server.store import models


def _amount_due(currency: str, balance_micros: int) -> tuple[str, int]:
    return currency, max(0, -balance_micros)


def _search_text(user: User) -> str:
    return fold(user.given_name, user.family_name, user.email, user.company)


MAPPING = Mapping(
    User,
    models.User,
    computed={"amount_due": Computed(("currency", "balance_micros"), _amount_due)},
    derived={
        "search_text": _search_text,
        "email": lambda user: user.email.lower() or None,
    },
)
