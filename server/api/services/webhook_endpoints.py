"""Webhook endpoints."""

from typing import Any

from ampline.v1 import webhook_endpoint_pb2 as pb
from ampline.v1.webhook_endpoint_pb2_grpc import WebhookEndpointServiceServicer
from server.api.changes import Change, Particulars
from server.api.crud import Crud
from server.api.filters import at_least, contains
from server.api.lanes import Call, writing
from server.resources.webhook_endpoints import MAPPING, faults_of
from server.store.models import WebhookEndpoint
from server.store.statements import Statement, param
from server.store.unit import Unit
from server.work.access.webhook_secrets import OVERLAP, new_webhook_secret

_SECRET = Statement(
    WebhookEndpoint.select(WebhookEndpoint.signing_secret).where(
        WebhookEndpoint.name == param("name")
    )
)


def _prepare(change: Change[pb.WebhookEndpoint]) -> None:
    """Gives a new endpoint its secret; one that is enabled again is not to blame any more."""
    if change.before is None:
        _give_secret(change)
    elif "state" in change.changed and change.after.state == pb.WebhookEndpoint.ENABLED:
        change.columns["disable_reason"] = None


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
    particulars=Particulars(faults=faults_of, prepare=_prepare),
)


class WebhookEndpointService(WebhookEndpointServiceServicer):
    """Keeps the URLs that events are sent to."""

    GetWebhookEndpoint = webhook_endpoints.get
    ListWebhookEndpoints = webhook_endpoints.list
    CreateWebhookEndpoint = webhook_endpoints.create
    UpdateWebhookEndpoint = webhook_endpoints.update
    DeleteWebhookEndpoint = webhook_endpoints.delete

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
