"""What is to be sent to an endpoint, in which order, and by which node.

Of the pending deliveries about one subject only the first has a time to be sent at; the others
wait for it. Whoever adds deliveries or ends one holds the endpoint's row in `WebhookQueue`, so
nobody queues behind a delivery that is just being ended, and waits for ever.

The row also says whose the queue is: a node that owns it renews its lease, and another takes
over where the lease ran out. On SQLite there is one node, and what another one owned is its.
"""

from collections.abc import Sequence
from typing import NamedTuple

from peewee import JOIN, Database

from server.domain.webhooks import State
from server.store.database import is_postgresql
from server.store.models import Event, WebhookDelivery, WebhookEndpoint, WebhookQueue
from server.store.statements import Statement, param
from server.store.unit import Unit
from server.work.webhooks.targets import ENABLED

Delivery = WebhookDelivery
MINE = WebhookQueue.webhook_endpoint == param("endpoint")

_TOUCH = Statement(
    WebhookQueue.insert(
        webhook_endpoint=param("endpoint"), lease_time=param("never"), changes=param("first")
    ).on_conflict(
        conflict_target=[WebhookQueue.webhook_endpoint],
        update={WebhookQueue.changes: WebhookQueue.changes + 1},
    )
)
_HOLD = Statement(WebhookQueue.select(WebhookQueue.changes).where(MINE))
_ENABLED = WebhookEndpoint.select(WebhookEndpoint.name).where(WebhookEndpoint.state == ENABLED)
_MISSING = Statement(
    WebhookEndpoint.select(WebhookEndpoint.name)
    .join(WebhookQueue, JOIN.LEFT_OUTER, on=(WebhookQueue.webhook_endpoint == WebhookEndpoint.name))
    .where((WebhookEndpoint.state == ENABLED) & WebhookQueue.webhook_endpoint.is_null())
    .order_by(WebhookEndpoint.name)
)
_CLAIM = Statement(
    WebhookQueue.update(owner=param("node"), lease_time=param("until"))
    .where(
        (WebhookQueue.owner == param("node"))
        | (
            WebhookQueue.webhook_endpoint.in_(_ENABLED)
            & (WebhookQueue.owner.is_null() | (WebhookQueue.lease_time <= param("expired")))
        )
    )
    .returning(WebhookQueue.webhook_endpoint)
)
_LET_GO = Statement(
    WebhookQueue.update(owner=None, lease_time=param("never")).where(
        WebhookQueue.owner == param("node")
    )
)
_SENT = (
    Delivery.name,
    Delivery.webhook_endpoint,
    Delivery.position,
    Delivery.subject,
    Delivery.due_time,
    Event.record_time,
    Event.partner,
    Event.body,
)
_WITH_EVENTS = Delivery.select(*_SENT).join(
    Event, JOIN.LEFT_OUTER, on=(Event.position == Delivery.position)
)
_DUE = Statement(
    _WITH_EVENTS.where(
        Delivery.webhook_endpoint == param("endpoint"), Delivery.due_time.is_null(False)
    )
    .order_by(Delivery.due_time, Delivery.position)
    .limit(param("limit"))
)
_ONE = Statement(_WITH_EVENTS.where(Delivery.name == param("name")))
_FIRST = Statement(
    Delivery.select(Delivery.name, Delivery.due_time)
    .where(
        Delivery.webhook_endpoint == param("endpoint"),
        Delivery.subject == param("subject"),
        Delivery.state == State.PENDING,
    )
    .order_by(Delivery.position)
    .limit(1)
)
_HOLD_BACK = Statement(
    Delivery.update(due_time=None).where(
        Delivery.webhook_endpoint == param("endpoint"),
        Delivery.subject == param("subject"),
        Delivery.state == State.PENDING,
        Delivery.position > param("position"),
    )
)
_TIME = Statement(Delivery.update(due_time=param("due_time")).where(Delivery.name == param("name")))


class Due(NamedTuple):
    """A delivery with its event, of which `body` is None where it is not kept any more."""

    name: str
    endpoint: str
    position: int
    subject: str
    due_time: int
    """Not to be sent before it; microseconds, as all times."""
    record_time: int | None
    partner: str | None
    """The event's."""
    body: bytes | None


def touch(unit: Unit, endpoint: str) -> None:
    """There is more to be sent; the endpoint's queue is held until the commit."""
    unit.run(_TOUCH, endpoint=endpoint, never=0, first=1)


def hold(unit: Unit, endpoint: str) -> None:
    """Keeps others from adding deliveries of the endpoint, or ending one, until the commit."""
    unit.one_locked(_HOLD, endpoint=endpoint)


def claim(unit: Unit, node: str, until: int) -> set[str]:
    """Takes what is nobody's any more, and renews what is the node's, enabled or not: all that is
    its now. So no lease of a node's is older than the last one, by which it goes."""
    for (endpoint,) in unit.all(_MISSING):
        touch(unit, endpoint)
    expired = unit.now if is_postgresql(unit.database) else 1 << 62
    unit.wrote = True
    return {name for (name,) in unit.all(_CLAIM, node=node, until=until, expired=expired)}


def let_go(unit: Unit, node: str) -> None:
    """What the node owned is nobody's: others need not wait for its leases."""
    unit.run(_LET_GO, node=node, never=0)


def first_due(database: Database, endpoint: str, limit: int) -> list[Due]:
    """What is to be sent next, and what is to be sent later, in the order of its times."""
    cursor = database.cursor()
    cursor.execute(*_DUE.bind(database, {"endpoint": endpoint, "limit": limit}))
    return [Due(*row) for row in cursor.fetchall()]


def begin_at(unit: Unit, endpoint: str, subject: str, position: int) -> None:
    """What is to be sent about a subject behind a position waits for what is before it."""
    unit.run(_HOLD_BACK, endpoint=endpoint, subject=subject, position=position)
    advance(unit, endpoint, subject)


def advance(unit: Unit, endpoint: str, subject: str) -> str | None:
    """Lets the first pending delivery about a subject be sent; its name, if it waited until now."""
    first = unit.one(_FIRST, endpoint=endpoint, subject=subject)
    if first is None or first[1] is not None:
        return None
    unit.run(_TIME, name=first[0], due_time=unit.now)
    return str(first[0])


def due(unit: Unit, name: str) -> Due | None:
    """That delivery, with its event."""
    row = unit.one(_ONE, name=name)
    return None if row is None else Due(*row)


def subjects_with_pending(unit: Unit, endpoint: str, subjects: Sequence[str]) -> set[str]:
    """Those of the subjects about which something is to be sent already."""
    query = Delivery.select(Delivery.subject).where(
        Delivery.webhook_endpoint == endpoint,
        Delivery.state == State.PENDING,
        Delivery.subject.in_(subjects),
    )
    return {subject for (subject,) in query.distinct().tuples().execute(unit.database)}
