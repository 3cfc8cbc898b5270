"""Has events sent once more, because somebody asks for it."""

from server.domain.errors import Outcome, RefusedError, precondition
from server.domain.webhooks import State
from server.store.models import Event, WebhookDelivery, WebhookEndpoint, WebhookQueue
from server.store.statements import Statement, param
from server.store.unit import Unit
from server.work import event_log
from server.work.webhooks import queue
from server.work.webhooks.targets import ENABLED

_DELIVERY = Statement(
    WebhookDelivery.select(
        WebhookDelivery.webhook_endpoint,
        WebhookDelivery.subject,
        WebhookDelivery.position,
        Event.position,
    )
    .left_outer_join(Event, on=(Event.position == WebhookDelivery.position))
    .where(WebhookDelivery.name == param("name"))
)
_STATE = Statement(
    WebhookEndpoint.select(WebhookEndpoint.state).where(WebhookEndpoint.name == param("name"))
)
_AGAIN = Statement(
    WebhookDelivery.update(
        state=State.PENDING, due_time=None, end_time=None, attempt_count=param("none")
    ).where(WebhookDelivery.name == param("name"))
)
_REPLAY = Statement(
    WebhookQueue.update(replay_after=param("after"), replay_upto=param("upto")).where(queue.MINE)
)
_PENDING_REPLAY = Statement(
    WebhookQueue.select(WebhookQueue.replay_after).where(
        queue.MINE, WebhookQueue.replay_after.is_null(False)
    )
)


def resend(unit: Unit, name: str) -> None:
    """Sends one event again, before what waits about its subject. RefusedError: WEBHOOK_DISABLED;
    EVENT_EXPIRED if it is not kept any more."""
    found = unit.one(_DELIVERY, name=name)
    assert found is not None
    endpoint, subject, position, kept = found
    _require_enabled(unit, endpoint)
    if kept is None:
        raise RefusedError(
            Outcome.OUT_OF_RANGE,
            "EVENT_EXPIRED",
            f"the event of {name!r} is not kept any more",
            {"event": f"events/{position}"},
        )
    queue.touch(unit, endpoint)
    unit.run(_AGAIN, name=name, none=0)
    queue.begin_at(unit, endpoint, subject, position)


def resend_since(unit: Unit, endpoint: str, since: int | None, position: int | None) -> int:
    """Sends all again that was stored since a time in microseconds, or from a position on; how many
    events there are. RefusedError: WEBHOOK_DISABLED; EVENT_EXPIRED if the log begins later."""
    _require_enabled(unit, endpoint)
    after = event_log.before_time(unit.database, since or 0) if position is None else position - 1
    if position is not None and position < event_log.oldest(unit.database):
        raise RefusedError(
            Outcome.OUT_OF_RANGE,
            "EVENT_EXPIRED",
            f"'events/{position}' is not kept any more",
            {"event": f"events/{position}"},
        )
    upto = event_log.newest(unit.database)
    queue.touch(unit, endpoint)
    earlier = unit.one(_PENDING_REPLAY, endpoint=endpoint)
    begin = min(after, *earlier) if earlier else after
    if upto > after:
        unit.run(_REPLAY, endpoint=endpoint, after=begin, upto=upto)
    return max(upto - after, 0)


def _require_enabled(unit: Unit, endpoint: str) -> None:
    if unit.one(_STATE, name=endpoint) != (ENABLED,):
        raise precondition(
            "WEBHOOK_DISABLED", f"{endpoint!r} is disabled: enable it first", name=endpoint
        )
