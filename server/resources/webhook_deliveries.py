"""Deliveries to webhook endpoints."""

from ampline.v1.webhook_delivery_pb2 import WebhookDelivery
from server.resources.mapping import Computed, Mapping
from server.store import models


def _event(position: int) -> str:
    return f"events/{position}"


MAPPING = Mapping(
    WebhookDelivery,
    models.WebhookDelivery,
    columns={"next_attempt_time": "due_time"},
    computed={"event": Computed(("position",), _event)},
)
