"""Forgets deliveries: those that are old, and those of endpoints that were deleted."""

from peewee import JOIN

from server.store.models import WebhookDelivery, WebhookEndpoint, WebhookQueue
from server.store.statements import Statement, param
from server.store.unit import Unit
from server.work.webhooks import queue

AT_ONCE = 5_000
"""So many deliveries of a deleted endpoint go with it; the others go in pieces, soon."""

_REMEMBERED = Statement(WebhookQueue.select(WebhookQueue.webhook_endpoint).where(queue.MINE))
_FORGET_QUEUE = Statement(WebhookQueue.delete().where(queue.MINE))
_SOME = WebhookDelivery.select(WebhookDelivery.name).limit(param("limit"))
_FORGET = Statement(
    WebhookDelivery.delete().where(
        WebhookDelivery.name.in_(_SOME.where(WebhookDelivery.webhook_endpoint == param("endpoint")))
    )
)
_OLD = WebhookDelivery.name.in_(_SOME.where(WebhookDelivery.create_time < param("before")))
_OLD_TO = Statement(
    WebhookDelivery.select(WebhookDelivery.webhook_endpoint)
    .where(_OLD)
    .distinct()
    .order_by(WebhookDelivery.webhook_endpoint)
)
_FORGET_OLD = Statement(
    WebhookDelivery.delete()
    .where(_OLD)
    .returning(WebhookDelivery.webhook_endpoint, WebhookDelivery.subject, WebhookDelivery.due_time)
)
_DELETED = Statement(
    WebhookQueue.select(WebhookQueue.webhook_endpoint)
    .join(
        WebhookEndpoint,
        JOIN.LEFT_OUTER,
        on=(WebhookEndpoint.name == WebhookQueue.webhook_endpoint),
    )
    .where(WebhookEndpoint.name.is_null())
    .limit(1)
)


def is_remembered(unit: Unit, endpoint: str) -> bool:
    """Whether deliveries to an endpoint of that name are kept, which is new or was deleted."""
    return unit.one(_REMEMBERED, endpoint=endpoint) is not None


def forget_endpoint(unit: Unit, endpoint: str, limit: int) -> bool:
    """Forgets what a deleted endpoint was sent; whether there is more."""
    queue.hold(unit, endpoint)
    more = unit.run(_FORGET, endpoint=endpoint, limit=limit) == limit
    if not more:
        unit.run(_FORGET_QUEUE, endpoint=endpoint)
    return more


def forget_deleted(unit: Unit, limit: int) -> bool:
    """A piece of what deleted endpoints were sent; whether there may be more."""
    found = unit.one(_DELETED)
    if found is None:
        return False
    forget_endpoint(unit, found[0], limit)
    return True


def forget_old(unit: Unit, before: int, limit: int) -> bool:
    """Deliveries of before a time in microseconds, whatever became of them; what waited for one
    that was to be sent is sent now."""
    for (endpoint,) in unit.all(_OLD_TO, before=before, limit=limit):
        queue.hold(unit, endpoint)
    unit.wrote = True
    gone = unit.all(_FORGET_OLD, before=before, limit=limit)
    for endpoint, subject in dict.fromkeys(row[:2] for row in gone if row[2] is not None):
        if queue.advance(unit, endpoint, subject):
            queue.touch(unit, endpoint)
    return len(gone) == limit
