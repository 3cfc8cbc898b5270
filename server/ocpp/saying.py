"""What a dialect's files list: the calls that they hear and answer, and those that they say."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from server.domain.commands import Command, CommandAnswer
from server.ocpp.dialect import Exchange, Order
from server.ocpp.duties import Fact
from server.ocpp.schemas import Payload, Schemas

Read = Callable[[Payload], Fact | None]
Answer = Callable[[Any, int], Payload]
Heard = Mapping[str, tuple[Read, Answer]]
"""How each action of a charger's is read, and answered."""


class Saying(NamedTuple):
    """A call to a charger: its action, how it is said, how its answer is heard."""

    action: str
    say: Callable[[Any], Payload]
    hear: Callable[[Payload], CommandAnswer]


Said = Mapping[type[Command], Saying]
"""How each kind of command is said."""

Steps = Mapping[type[Command], Callable[[Any], tuple[Command, ...]]]
"""What is said for commands that take several calls, or that another command says."""


def exchanges(schemas: Schemas, *parts: Heard) -> dict[str, Exchange]:
    """What these files hear, of the actions that the version has."""
    return {
        action: Exchange(
            schemas.request(action),
            schemas.response(action) if schemas.is_answered(action) else None,
            read,
            answer,
        )
        for heard in parts
        for action, (read, answer) in heard.items()
        if action in schemas.actions
    }


def orders(schemas: Schemas, *parts: Said) -> dict[type[Command], Order]:
    """What these files say."""
    return {
        command: Order(
            saying.action,
            schemas.request(saying.action),
            schemas.response(saying.action),
            saying.say,
            saying.hear,
        )
        for said in parts
        for command, saying in said.items()
    }


def yes_by(*words: str) -> Callable[[Payload], CommandAnswer]:
    """An answer that is one word: a yes if it is one of these."""
    return lambda payload: CommandAnswer(payload["status"], payload["status"] in words)


def nothing(_: object) -> Payload:
    """A call without a word more."""
    return {}


def noted(_: object, __: int) -> Payload:
    """An answer that says nothing."""
    return {}
