"""What came of an attempt: the delivery's end, its next attempt, or the endpoint's fault."""

from collections.abc import Sequence
from typing import NamedTuple

from ampline.v1.webhook_delivery_pb2 import WebhookAttempt
from ampline.v1.webhook_delivery_pb2 import WebhookDelivery as Message
from server.domain import webhooks
from server.domain.webhooks import Blame, State
from server.resources import events
from server.resources.webhook_endpoints import MAPPING
from server.store.models import WebhookDelivery, WebhookEndpoint
from server.store.statements import Statement, param
from server.store.unit import Unit
from server.work.webhooks import queue
from server.work.webhooks.queue import Due

DISABLED = 2
MOST_ATTEMPTS = 20
"""So many attempts of a delivery are kept: the last."""

_NAMED = WebhookEndpoint.name == param("name")
_STATE = Statement(
    WebhookDelivery.select(
        WebhookDelivery.state, WebhookDelivery.attempt_count, WebhookDelivery.attempts
    ).where(WebhookDelivery.name == param("name"))
)
_NOTE = Statement(
    WebhookDelivery.update(
        state=param("state"),
        due_time=param("due_time"),
        attempt_count=WebhookDelivery.attempt_count + 1,
        attempts=param("attempts"),
        end_time=param("end_time"),
    ).where(WebhookDelivery.name == param("name"))
)
_WELL = Statement(
    WebhookEndpoint.update(failing_since_time=None).where(
        _NAMED, WebhookEndpoint.failing_since_time.is_null(False)
    )
)
_FAILING = Statement(
    WebhookEndpoint.update(failing_since_time=param("now")).where(
        _NAMED, WebhookEndpoint.failing_since_time.is_null()
    )
)
_SINCE = Statement(
    WebhookEndpoint.select(WebhookEndpoint.failing_since_time, WebhookEndpoint.state).where(_NAMED)
)
_DISABLE = Statement(
    WebhookEndpoint.update(
        state=DISABLED,
        disable_reason=param("reason"),
        update_time=param("now"),
        version=WebhookEndpoint.version + 1,
    ).where(_NAMED)
)
_ENDPOINT = Statement(MAPPING.query().select_extend(WebhookEndpoint.partner).where(_NAMED))


class Pauses(NamedTuple):
    """How long to wait before trying again."""

    retries: Sequence[int]
    """Seconds, after the first failure, the second, …"""
    chance: float
    """From 0 to 1: of the jitter."""
    at_least: int = 0
    """Seconds for which the endpoint asked."""


class Settled(NamedTuple):
    """What follows an attempt."""

    following: Due | None = None
    """The subject's next delivery, if it may be sent now."""
    goes_on: bool = True
    """Whether anything more is to be sent to the endpoint: not if it is disabled now."""


def settle(unit: Unit, sent: Due, attempt: WebhookAttempt, pauses: Pauses) -> Settled:
    """Notes an attempt, and what follows."""
    queue.hold(unit, sent.endpoint)
    found = unit.one(_STATE, name=sent.name)
    if found is None:  # the endpoint was deleted
        return Settled(goes_on=False)
    state, failures, attempts = found
    if state != State.PENDING:  # another node was faster: its lease and ours overlapped
        return Settled()
    delivered = webhooks.is_success(attempt.status_code)
    again = None
    if not delivered and sent.body is not None:
        again = webhooks.next_attempt(failures + 1, unit.now, pauses.chance, pauses.retries)
    if again is not None:
        again = max(again, unit.now + pauses.at_least * webhooks.SECOND)
    settled = State.PENDING if again else State.DELIVERED if delivered else State.FAILED
    unit.run(
        _NOTE,
        name=sent.name,
        state=settled,
        due_time=again,
        attempts=_kept(attempts, attempt),
        end_time=None if again else unit.now,
    )
    goes_on = _judge(unit, sent, attempt)
    if again is not None:
        return Settled(None, goes_on)
    following = queue.advance(unit, sent.endpoint, sent.subject)
    return Settled(queue.due(unit, following) if following and goes_on else None, goes_on)


def _kept(attempts: bytes | None, attempt: WebhookAttempt) -> bytes:
    """The attempts' field as it goes out."""
    kept = Message.FromString(bytes(attempts or b"")).attempts[1 - MOST_ATTEMPTS :]
    return Message(attempts=[*kept, attempt]).SerializeToString()


def _judge(unit: Unit, sent: Due, attempt: WebhookAttempt) -> bool:
    """Notes whether the endpoint is well; False if nothing more is to be sent to it."""
    if webhooks.is_success(attempt.status_code):
        unit.run(_WELL, name=sent.endpoint)
        return True
    if sent.body is None:
        return True
    unit.run(_FAILING, name=sent.endpoint, now=unit.now)
    since, state = unit.one(_SINCE, name=sent.endpoint) or (unit.now, DISABLED)
    blame = webhooks.blame(attempt.status_code, since, unit.now)
    if blame is None or state == DISABLED:
        return bool(state != DISABLED)
    _disable(unit, sent.endpoint, blame)
    return False


def _disable(unit: Unit, endpoint: str, reason: Blame) -> None:
    unit.run(_DISABLE, name=endpoint, reason=reason, now=unit.now)
    row = unit.one(_ENDPOINT, name=endpoint)
    assert row is not None
    message = MAPPING.to_message(row)
    unit.tell(events.resource_changed("disabled", message, unit.now, partner=row[-1]))
