"""What a node has to know of the endpoints whose queues it owns."""

from typing import NamedTuple

from peewee import JOIN

from server.store.models import WebhookEndpoint, WebhookQueue
from server.store.reads import Rows
from server.store.statements import Statement, param
from server.work.webhooks.targets import ENABLED

_COLUMNS = (
    WebhookEndpoint.url,
    WebhookEndpoint.signing_secret,
    WebhookEndpoint.old_signing_secret,
    WebhookEndpoint.old_secret_expire_time,
)
_OWNED = Statement(
    WebhookQueue.select(WebhookQueue.webhook_endpoint, WebhookQueue.changes, *_COLUMNS)
    .join(WebhookEndpoint, on=(WebhookEndpoint.name == WebhookQueue.webhook_endpoint))
    .where(WebhookQueue.owner == param("node"), WebhookEndpoint.state == ENABLED)
)
_FREE = Statement(
    WebhookEndpoint.select(WebhookEndpoint.name)
    .join(WebhookQueue, JOIN.LEFT_OUTER, on=(WebhookQueue.webhook_endpoint == WebhookEndpoint.name))
    .where(
        WebhookEndpoint.state == ENABLED,
        WebhookQueue.owner.is_null() | (WebhookQueue.lease_time <= param("now")),
    )
    .limit(1)
)
_LEADING = Statement(WebhookEndpoint.select(*_COLUMNS).where(WebhookEndpoint.name == param("name")))


class Leading(NamedTuple):
    """Where an endpoint leads, and what signs. Times are microseconds."""

    url: str
    secret: str
    old_secret: str | None
    old_secret_expire_time: int | None

    def secrets_at(self, now: int) -> list[str]:
        """What is signed with: for a while with the secret before this one, too."""
        if self.old_secret and (self.old_secret_expire_time or 0) > now:
            return [self.secret, self.old_secret]
        return [self.secret]


def owned_by(rows: Rows, node: str) -> dict[str, tuple[int, Leading]]:
    """The enabled endpoints of a node: how often there was more to be sent, and where to."""
    found = rows.all(_OWNED, node=node)
    return {name: (changes, Leading(*leading)) for name, changes, *leading in found}


def is_any_free(rows: Rows, now: int) -> bool:
    """Whether an enabled endpoint is nobody's, or not any more."""
    return rows.one(_FREE, now=now) is not None


def leading(rows: Rows, name: str) -> Leading | None:
    """Where that endpoint leads, enabled or not."""
    row = rows.one(_LEADING, name=name)
    return None if row is None else Leading(*row)
