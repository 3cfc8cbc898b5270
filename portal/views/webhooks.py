"""Webhooks: the endpoints that events are sent to, and what became of each delivery."""

from flask import Blueprint, render_template

from ampline.v1.webhook_delivery_pb2 import ListWebhookDeliveriesRequest
from ampline.v1.webhook_endpoint_pb2 import (
    GetWebhookEndpointRequest,
    ListWebhookEndpointsRequest,
    WebhookEndpoint,
)
from portal.auth import api
from portal.choices import one_of
from portal.forms import Field
from portal.kinds import Lines, Text
from portal.language import lazy
from portal.listing import asked, choice, search
from portal.resource_form import Editor

room = Blueprint("webhooks", __name__, url_prefix="/webhooks")

FILTERS = (
    search(placeholder=lazy("Name or address")),
    choice("state", lazy("State"), one_of("webhook_state", empty=lazy("Any"))),
)
DELIVERY_FILTERS = (
    choice("state", lazy("State"), one_of("delivery_state", empty=lazy("Any"))),
    Field("event_type", lazy("Type"), Text("search"), placeholder="session.stopped"),
    Field("subject", lazy("About"), Text("search"), placeholder="sessions/…"),
)
FIELDS = (
    Field(
        "url",
        lazy("Address"),
        Text(),
        lazy("https, to a public address. What the platform allows besides are its settings."),
        required=True,
        placeholder="https://example.com/ampline",
        wide=True,
    ),
    Field("display_name", lazy("Name"), Text(), placeholder=lazy("Billing")),
    Field("state", lazy("State"), one_of("webhook_state"), assumed="ENABLED"),
    Field(
        "types",
        lazy("Types of events"),
        Lines(),
        lazy("With commas; * stands for any letters. Empty: all."),
        placeholder="session.*, user.balance_changed",
        wide=True,
    ),
    Field("external_id", lazy("Your own id"), Text()),
)

Editor(
    room=room,
    collection="webhookEndpoints",
    resource=WebhookEndpoint,
    service=lambda api: api.webhook_endpoints,
    fields=FIELDS,
    deletes=lazy("Nothing is sent there any more, and what was sent is forgotten."),
).add_pages()


@room.get("")
def index() -> str:
    listing, filters = asked(ListWebhookEndpointsRequest(), FILTERS)
    answer = api().webhook_endpoints.ListWebhookEndpoints(listing)
    return render_template("webhooks/index.html", answer=answer, filters=filters)


@room.get("/<key>")
def page(key: str) -> str:
    name = f"webhookEndpoints/{key}"
    listing, filters = asked(ListWebhookDeliveriesRequest(parent=name), DELIVERY_FILTERS)
    return render_template(
        "webhooks/page.html",
        endpoint=api().webhook_endpoints.GetWebhookEndpoint(GetWebhookEndpointRequest(name=name)),
        answer=api().webhook_deliveries.ListWebhookDeliveries(listing),
        filters=filters,
    )
