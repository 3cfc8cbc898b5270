"""Deliveries to webhook endpoints: shown, and sent again."""

from typing import Any

from ampline.v1 import webhook_delivery_pb2 as pb
from ampline.v1.webhook_delivery_pb2_grpc import WebhookDeliveryServiceServicer
from server.api.filters import at_least, before
from server.api.lanes import Call, reading, writing
from server.api.services.webhook_endpoints import webhook_endpoints
from server.api.shown import Shown
from server.resources.webhook_deliveries import MAPPING
from server.store.models import WebhookDelivery
from server.store.reads import Rows
from server.store.unit import Unit
from server.work.webhooks import resending

webhook_deliveries = Shown(
    MAPPING,
    pb.ListWebhookDeliveriesRequest,
    pb.ListWebhookDeliveriesResponse,
    orders=("event desc",),
    own_orders={"event": ("position",)},
    filters={"created_since": at_least("create_time"), "created_before": before("create_time")},
    parent=WebhookDelivery.webhook_endpoint,
)


class WebhookDeliveryService(WebhookDeliveryServiceServicer):
    """Shows what webhook endpoints were sent, and has it sent again."""

    GetWebhookDelivery = webhook_deliveries.get

    @reading
    def ListWebhookDeliveries(self, request: Any, call: Call, rows: Rows) -> bytes:
        """A page of an endpoint's deliveries. Not found, too, if the caller may not see it."""
        webhook_endpoints.find(rows, request.parent, call.caller)
        return webhook_deliveries.listing.page(request, rows, None, request.parent)

    @writing
    def ResendWebhookDelivery(self, request: Any, call: Call, unit: Unit) -> bytes:
        """Has one event sent again."""
        webhook_deliveries.find(unit, request.name, call.caller)
        resending.resend(unit, request.name)
        return MAPPING.to_bytes(webhook_deliveries.find(unit, request.name, call.caller))

    @writing
    def ResendWebhookDeliveries(
        self, request: Any, call: Call, unit: Unit
    ) -> pb.ResendWebhookDeliveriesResponse:
        """Has all events sent again since a time or an event."""
        webhook_endpoints.find(unit, request.parent, call.caller)
        since = position = None
        if request.HasField("start_time"):
            since = request.start_time.ToMicroseconds()
        else:
            position = int(request.start_event.partition("/")[2])
        count = resending.resend_since(unit, request.parent, since, position)
        return pb.ResendWebhookDeliveriesResponse(event_count=count)
