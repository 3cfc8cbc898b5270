"""What a version of OCPP is to the bridge: one value of `Dialect`.

Everything a version has of its own is in here, so that nobody else asks which version
a charger speaks.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from zoneinfo import ZoneInfo

import orjson

from server.domain.commands import Command, CommandAnswer, CustomCall
from server.domain.errors import RefusedError, precondition
from server.domain.facts import OcppVersion
from server.ocpp.duties import Fact
from server.ocpp.faults import Fault
from server.ocpp.repair import Tolerance
from server.ocpp.schemas import Payload, Schema, Schemas


@dataclass(frozen=True, slots=True)
class Exchange:
    """An action that chargers call, and our answer to it."""

    request: Schema
    response: Schema | None
    """None: it is sent, and nobody waits for an answer."""
    read: Callable[[Payload], Fact | None]
    """The fact in a payload that passed the schema, mended or not. May raise FaultyError."""
    answer: Callable[[Any, int], Payload]
    """The answer, of what the work verb returned and the time of the commit (microseconds)."""


@dataclass(frozen=True, slots=True)
class Order:
    """An action that we call, for one kind of command."""

    action: str
    request: Schema
    response: Schema
    say: Callable[[Any], Payload]
    """The payload of a command."""
    hear: Callable[[Payload], CommandAnswer]
    """The answer of a charger."""


@dataclass(frozen=True, slots=True)
class Dialect:
    """A version of OCPP."""

    version: OcppVersion
    subprotocol: str
    actions: frozenset[str]
    """Every action of the version, whoever calls it."""
    exchanges: Mapping[str, Exchange]
    orders: Mapping[type[Command], Order]
    error_codes: Mapping[Fault, str]
    """The version's word for each fault; a fault without one gets no answer."""
    tolerance: Tolerance
    schemas: Schemas
    masked: Callable[[str, Payload], Payload]
    """A payload of that action without its secrets, for the message log."""
    no_message_id: str | None = None
    """The id in the answer to a frame whose own cannot be read; None = no answer."""
    sends: bool = False
    """Whether it has SEND, which waits for no answer, and CALLRESULTERROR."""
    unheard_unless_accepted: bool = False
    """Whether only a charger whose boot was accepted is heard."""
    heard_while_pending: frozenset[str] = frozenset()
    """What is heard all the same while the last answer to a boot was Pending."""

    steps: Mapping[type[Command], Callable[[Any], tuple[Command, ...]]] = field(
        default_factory=dict
    )
    """Commands that take several calls, one behind the other, or one that another command says."""

    def by_clock(self, zone: str) -> "Dialect":
        """The same, of a charger that tells the time of that IANA zone where it tells no offset."""
        return replace(self, tolerance=replace(self.tolerance, clock=ZoneInfo(zone)))

    def in_steps(self, command: Command) -> tuple[Command, ...]:
        """What is said, one behind the other, for a command."""
        steps = self.steps.get(type(command))
        return steps(command) if steps else (command,)

    def hears(self, action: str, registration: str | None) -> bool:
        """Whether a charger may say that, after this answer to its last boot (None = none yet)."""
        if not self.unheard_unless_accepted or registration == "Accepted":
            return True
        pending = registration == "Pending" and action in self.heard_while_pending
        return pending or action == "BootNotification"

    def order(self, command: Command) -> tuple[Order, Payload]:
        """How the version says it. RefusedError FEATURE_NOT_SUPPORTED if it cannot."""
        order = (
            self._custom(command)
            if isinstance(command, CustomCall)
            else self.orders.get(type(command))
        )
        if order is None:
            raise self._cannot(type(command).__name__, "has no such call")
        payload = order.say(command)
        breaches = order.request.breaches(payload)
        if breaches:
            raise self._cannot(order.action, f"{breaches[0].field} {breaches[0].message}")
        return order, payload

    def _custom(self, command: CustomCall) -> Order | None:
        """A call that is said as it was asked for, of an action that is not for us to answer."""
        action = command.action
        if action not in self.actions or (action in self.exchanges and action != "DataTransfer"):
            return None
        return Order(
            action,
            self.schemas.request(action),
            self.schemas.response(action),
            lambda _: dict(command.payload),
            lambda payload: CommandAnswer("", True, data=orjson.dumps(payload).decode()),
        )

    def _cannot(self, feature: str, why: str) -> RefusedError:
        return precondition(
            "FEATURE_NOT_SUPPORTED",
            f"{self.subprotocol} cannot say {feature}: {why}",
            feature=feature,
            ocpp_version=self.version.name,
        )
