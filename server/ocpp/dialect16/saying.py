"""A call of 1.6 to a charger: what the files of the profiles list."""

from collections.abc import Callable
from typing import Any, NamedTuple

from server.domain.commands import CommandAnswer
from server.ocpp.schemas import Payload


class Saying(NamedTuple):
    """A call of 1.6: its action, how it is said, how its answer is heard."""

    action: str
    say: Callable[[Any], Payload]
    hear: Callable[[Payload], CommandAnswer]


def yes_by(*words: str) -> Callable[[Payload], CommandAnswer]:
    """An answer that is one word: a yes if it is one of these."""
    return lambda payload: CommandAnswer(payload["status"], payload["status"] in words)


def nothing(_: object) -> Payload:
    """A call without a word more."""
    return {}
