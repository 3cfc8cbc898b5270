"""Webhook endpoints that are enabled, and which events each is to get."""

from typing import NamedTuple

from ampline.v1.webhook_endpoint_pb2 import WebhookEndpoint as Message
from server.domain.access import Role, permissions_of
from server.resources.event_types import hidden_without
from server.store.models import WebhookEndpoint
from server.store.reads import Rows
from server.store.statements import Statement, param
from server.work.access.callers import partner_access
from server.work.event_log import Row, matcher
from server.work.ports import EventFilter

ENABLED = 1

_COLUMNS = (
    WebhookEndpoint.name,
    WebhookEndpoint.partner,
    WebhookEndpoint.enabled_since,
    WebhookEndpoint.hidden_types,
    WebhookEndpoint.types,
    WebhookEndpoint.subjects,
    WebhookEndpoint.charge_points,
    WebhookEndpoint.locations,
)
_ENABLED = Statement(
    WebhookEndpoint.select(*_COLUMNS)
    .where(WebhookEndpoint.state == ENABLED)
    .order_by(WebhookEndpoint.name)
)
_ANY = Statement(
    WebhookEndpoint.select(WebhookEndpoint.name).where(WebhookEndpoint.state == ENABLED).limit(1)
)
_ONE = Statement(WebhookEndpoint.select(*_COLUMNS).where(WebhookEndpoint.name == param("name")))


class Target(NamedTuple):
    """An endpoint, and what it wants."""

    name: str
    partner: str | None
    enabled_since: int
    """Microseconds: what was stored before is not sent."""
    wanted: EventFilter

    def takes(self, row: Row) -> bool:
        """Whether the event is to be sent there."""
        return row.record_time >= self.enabled_since and matcher(self.wanted)(row)


def enabled(rows: Rows) -> list[Target]:
    """All that events are sent to, by name."""
    return [_target(rows, *row) for row in rows.all(_ENABLED)]


def is_any(rows: Rows) -> bool:
    """Whether events are sent anywhere."""
    return rows.one(_ANY) is not None


def target(rows: Rows, name: str) -> Target | None:
    """The endpoint of that name, enabled or not."""
    row = rows.one(_ONE, name=name)
    return None if row is None else _target(rows, *row)


def _target(
    rows: Rows,
    name: str,
    partner: str | None,
    enabled_since: int,
    hidden_types: str,
    *filters: bytes | None,
) -> Target:
    told = Message.FromString(b"".join(bytes(each) for each in filters if each))
    hidden = frozenset(hidden_types.split())
    if partner is not None:
        access = partner_access(rows, partner)
        hidden |= hidden_without(permissions_of(Role.PARTNER_ADMIN, (), access))
    wanted = EventFilter(
        frozenset(told.types),
        frozenset(told.subjects),
        frozenset(told.charge_points),
        frozenset(told.locations),
        partner,
        hidden,
    )
    return Target(name, partner, enabled_since, wanted)
