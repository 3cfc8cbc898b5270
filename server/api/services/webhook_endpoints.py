"""Webhook endpoints."""

from typing import Any
from urllib.parse import urlsplit

from ampline.v1 import webhook_endpoint_pb2 as pb
from ampline.v1.webhook_endpoint_pb2_grpc import WebhookEndpointServiceServicer
from server.api import masks
from server.api.changes import Change, Particulars
from server.api.crud import Crud
from server.api.filters import at_least, contains
from server.api.lanes import Call, acting, writing
from server.domain.destinations import ForbiddenAddressError
from server.domain.errors import invalid_field, precondition
from server.domain.webhooks import is_success
from server.resources.event_types import hidden_from
from server.resources.webhook_endpoints import MAPPING, faults_of, is_unsafe
from server.store.models import WebhookEndpoint
from server.store.reads import ReadPool
from server.store.statements import Statement, param
from server.store.unit import Unit
from server.work.access.webhook_secrets import OVERLAP, new_webhook_secret
from server.work.ports import WebhookTrials
from server.work.rules import Rules
from server.work.webhooks import forgetting

_SECRET = Statement(
    WebhookEndpoint.select(WebhookEndpoint.signing_secret).where(
        WebhookEndpoint.name == param("name")
    )
)


def _prepare(change: Change[pb.WebhookEndpoint]) -> None:
    """Gives a new endpoint its secret; one that is enabled again is not to blame any more.

    It gets what whoever writes it may read, and no more.
    """
    change.columns["hidden_types"] = " ".join(sorted(hidden_from(change.caller)))
    if change.before is None:
        _give_secret(change)
        change.columns["enabled_since"] = change.unit.now
    elif "state" in change.changed and change.after.state == pb.WebhookEndpoint.ENABLED:
        change.columns["enabled_since"] = change.unit.now
        change.columns |= {"disable_reason": None, "failing_since_time": None}


def _written(change: Change[pb.WebhookEndpoint]) -> None:
    """A new endpoint has nothing to do with a former one of its name."""
    if change.before is None and forgetting.is_remembered(change.unit, change.after.name):
        raise precondition(
            "WEBHOOK_BEING_FORGOTTEN",
            f"what {change.after.name!r} was sent is still being forgotten",
            name=change.after.name,
        )


def _removed(change: Change[pb.WebhookEndpoint]) -> None:
    forgetting.forget_endpoint(change.unit, change.after.name, forgetting.AT_ONCE)


def _give_secret(change: Change[pb.WebhookEndpoint]) -> None:
    secret = new_webhook_secret()
    change.columns |= {"signing_secret": secret, "secret_time": change.unit.now}
    change.answer_only = pb.WebhookEndpoint(secret=secret).SerializeToString()


webhook_endpoints = Crud(
    MAPPING,
    pb.ListWebhookEndpointsRequest,
    pb.ListWebhookEndpointsResponse,
    orders=("create_time", "display_name", "update_time"),
    filters={"text": contains("search_text"), "updated_since": at_least("update_time")},
    particulars=Particulars(faults=faults_of, prepare=_prepare, written=_written, removed=_removed),
)


class WebhookEndpointService(WebhookEndpointServiceServicer):
    """Keeps the URLs that events are sent to."""

    def __init__(self, reads: ReadPool, rules: Rules, trials: WebhookTrials) -> None:
        self._reads = reads
        self._rules = rules
        self._trials = trials

    GetWebhookEndpoint = webhook_endpoints.get
    ListWebhookEndpoints = webhook_endpoints.list
    DeleteWebhookEndpoint = webhook_endpoints.delete

    @writing
    def CreateWebhookEndpoint(self, request: Any, call: Call, unit: Unit) -> bytes:
        """Makes an endpoint, with a secret that this answer alone has."""
        self._require_safe(request.webhook_endpoint.url)
        answer: bytes = webhook_endpoints.create(request, call, unit)
        return answer

    @writing
    def UpdateWebhookEndpoint(self, request: Any, call: Call, unit: Unit) -> bytes:
        """Changes what the mask names."""
        given = request.webhook_endpoint
        if "url" in masks.paths_of(request.update_mask.paths, given):
            self._require_safe(given.url)
        answer: bytes = webhook_endpoints.update(request, call, unit)
        return answer

    @writing
    def RotateWebhookSecret(self, request: Any, call: Call, unit: Unit) -> bytes:
        """Gives an endpoint a new secret; the old one holds on for a while."""
        row = webhook_endpoints.find(unit, request.name, call.caller, lock=True)
        before = MAPPING.to_message(row)
        (old,) = unit.one(_SECRET, name=request.name) or (None,)
        change = Change(unit, call.caller, request, row[-1], before, before)
        change.changed = ["secret_time", "old_secret_expire_time"]
        _give_secret(change)
        expiry = {"old_signing_secret": old, "old_secret_expire_time": unit.now + OVERLAP}
        return webhook_endpoints.write(change, expiry)

    @acting
    async def TestWebhookEndpoint(self, request: Any, call: Call) -> pb.TestWebhookEndpointResponse:
        """Sends an endpoint one event, and tells what came of it."""
        endpoint = await self._reads.look_up(
            lambda rows: MAPPING.to_message(webhook_endpoints.find(rows, request.name, call.caller))
        )
        attempt = await self._trials.test(endpoint)
        return pb.TestWebhookEndpointResponse(
            delivered=is_success(attempt.status_code), attempt=attempt
        )

    def _require_safe(self, url: str) -> None:
        if faults_of(pb.WebhookEndpoint(url=url)):
            return  # which is told with the other faults
        if is_unsafe(url) and not self._rules.webhook_plain_http:
            problem = "must be https, or http on the server's own machine"
            raise invalid_field("webhook_endpoint.url", problem)
        try:
            self._rules.webhook_addresses.require(urlsplit(url).hostname or "")
        except ForbiddenAddressError as error:
            problem = f"is not allowed: {error.strerror}"
            raise invalid_field("webhook_endpoint.url", problem) from None
