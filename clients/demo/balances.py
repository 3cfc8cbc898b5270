"""The demo's drivers pay in before their money runs out."""

import logging
from collections.abc import Collection

from google.type.money_pb2 import Money

from ampline import AmplineError, Client
from ampline.v1.user_pb2 import AddBalanceRequest, GetUserRequest

log = logging.getLogger(__name__)
LEAST = 25
"""Euros."""
TOP_UP = Money(currency_code="EUR", units=50)


def keep_paying(client: Client, users: Collection[str]) -> None:
    """Follows what is debited, and tops up; until the client is closed."""
    top_up(client, users)
    for event in client.events(types=["user.balance_changed"]):
        entry = event.user_balance_changed.balance_entry
        if event.subject in users and euros(entry.balance_after) < LEAST:
            pay(client, event.subject)


def top_up(client: Client, users: Collection[str]) -> int:
    """Tops up every balance that is too low now; returns how many."""
    balances = {name: client.users.GetUser(GetUserRequest(name=name)).balance for name in users}
    poor = [name for name, balance in balances.items() if euros(balance) < LEAST]
    for name in poor:
        pay(client, name)
    return len(poor)


def pay(client: Client, user: str) -> None:
    """Adds money to a balance; where that fails, the next debit brings us here again."""
    request = AddBalanceRequest(name=user, amount=TOP_UP, reason="Paid by card in the app")
    try:
        client.users.AddBalance(request)
    except AmplineError as error:
        log.warning("%s could not pay: %s", user, error)


def euros(money: Money) -> float:
    """An amount, near enough to decide by."""
    return float(money.units + money.nanos / 1e9)
