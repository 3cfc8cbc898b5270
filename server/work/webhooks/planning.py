"""Which events are to be sent where: what the webhooks' reaction to the event log does."""

from collections.abc import Sequence

from server.domain.webhooks import State
from server.store.models import WebhookDelivery, WebhookQueue
from server.store.reads import Rows
from server.store.statements import Append, Statement, param
from server.store.unit import Unit
from server.work import event_log, event_pages
from server.work.event_log import Row
from server.work.webhooks import queue, targets
from server.work.webhooks.targets import Target

PIECE = 500
"""The most events of one transaction."""

_ADD = Append(
    WebhookDelivery,
    (
        "name",
        "webhook_endpoint",
        "partner",
        "position",
        "event_type",
        "subject",
        "due_time",
        "create_time",
    ),
    if_new=True,
)
_REPLAYS = Statement(
    WebhookQueue.select(
        WebhookQueue.webhook_endpoint, WebhookQueue.replay_after, WebhookQueue.replay_upto
    )
    .where(WebhookQueue.replay_after.is_null(False))
    .order_by(WebhookQueue.webhook_endpoint)
    .limit(1)
)
_REPLAYED = Statement(
    WebhookQueue.update(replay_after=param("after"), replay_upto=param("upto")).where(queue.MINE)
)
_AGAIN = Statement(
    WebhookDelivery.update(
        state=State.PENDING, due_time=None, end_time=None, attempt_count=param("none")
    ).where(WebhookDelivery.name == param("name"), WebhookDelivery.state != State.PENDING)
)


def plan(unit: Unit, after: int) -> tuple[int, bool]:
    """Queues deliveries of the events behind a position; the position up to which it did, and
    whether there may be more. A piece of what is to be sent once more comes along."""
    more = replay(unit)
    wanting = targets.enabled(unit)
    if not wanting:
        return after, more
    first = min(target.enabled_since for target in wanting)
    begin = max(after, event_log.before_time(unit.database, first))
    rows = event_log.all_after(unit.database, begin, PIECE)
    for target in wanting:
        add(unit, target, [row for row in rows if target.takes(row)])
    return rows[-1].position if rows else begin, more or len(rows) == PIECE


def is_needed(rows: Rows) -> bool:
    """Whether anything is to be sent anywhere."""
    return targets.is_any(rows)


def add(unit: Unit, target: Target, rows: Sequence[Row]) -> None:
    """Queues events of an endpoint's, in their order, behind what is queued."""
    if not rows:
        return
    queue.touch(unit, target.name)
    subjects = list({row.subject for row in rows})
    waited_for = queue.subjects_with_pending(unit, target.name, subjects)
    added = []
    for row in rows:
        due_time = None if row.subject in waited_for else unit.now
        waited_for.add(row.subject)
        added.append(_values(target, row, due_time, unit.now))
    unit.insert_all(_ADD, added)


def _values(target: Target, row: Row, due_time: int | None, now: int) -> tuple[object, ...]:
    name = delivery_name(target.name, row.position)
    told = (target.partner, row.position, row.type, row.subject)
    return (name, target.name, *told, due_time, now)


def replay(unit: Unit) -> bool:
    """A piece of what one endpoint is to be sent once more; whether there may be more."""
    found = unit.one(_REPLAYS)
    if found is None:
        return False
    name, after, upto = found
    queue.touch(unit, name)
    target = targets.target(unit, name)
    reached = upto
    if target is not None:
        wanted = target.wanted
        rows, reached = event_pages.wanted_after(unit.database, wanted, after, upto, PIECE)
        unit.insert_all(_ADD, [_values(target, row, None, unit.now) for row in rows])
        for row in rows:
            unit.run(_AGAIN, name=delivery_name(name, row.position), none=0)
        firsts = {row.subject: row.position for row in reversed(rows)}
        for subject, position in firsts.items():
            queue.begin_at(unit, name, subject, position)
    more = reached < upto
    unit.run(
        _REPLAYED,
        endpoint=name,
        after=reached if more else None,
        upto=upto if more else None,
    )
    return True


def delivery_name(endpoint: str, position: int) -> str:
    """The resource name of an event's delivery to an endpoint."""
    return f"{endpoint}/deliveries/{position}"
