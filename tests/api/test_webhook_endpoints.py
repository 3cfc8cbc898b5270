"""Webhook endpoints: where they may lead, and a secret that is seen once."""

import base64
from typing import Any
from uuid import uuid4

import pytest

from ampline.v1.event_pb2 import ListEventsRequest
from ampline.v1.webhook_endpoint_pb2 import (
    CreateWebhookEndpointRequest,
    RotateWebhookSecretRequest,
    WebhookEndpoint,
)
from server.store import models
from tests.api.client import Client, refused
from tests.api.samples import WEBHOOK_ENDPOINTS

DAY = 24 * 3600


async def create(client: Client, **fields: Any) -> WebhookEndpoint:
    """Makes an endpoint; the answer has its secret."""
    request = CreateWebhookEndpointRequest(**fields)
    if not request.HasField("webhook_endpoint"):
        request.webhook_endpoint.CopyFrom(await WEBHOOK_ENDPOINTS.build(client))
    answer: WebhookEndpoint = await client.webhook_endpoints.CreateWebhookEndpoint(request)
    return answer


async def rotate(client: Client, name: str, **fields: Any) -> WebhookEndpoint:
    request = RotateWebhookSecretRequest(name=name, **fields)
    answer: WebhookEndpoint = await client.webhook_endpoints.RotateWebhookSecret(request)
    return answer


def kept() -> tuple[str, str | None]:
    row = models.WebhookEndpoint.get()
    return row.signing_secret, row.old_signing_secret


async def test_the_secret_is_seen_once(client: Client) -> None:
    made = await create(client)
    assert made.secret.startswith("whsec_")
    assert len(base64.b64decode(made.secret.removeprefix("whsec_"), validate=True)) == 32
    assert kept() == (made.secret, None)
    read = await WEBHOOK_ENDPOINTS.get(client, made.name)
    page = await WEBHOOK_ENDPOINTS.list(client)
    update = WebhookEndpoint(name=made.name, display_name="Another")
    changed = await WEBHOOK_ENDPOINTS.update(client, update)
    assert [each.secret for each in (read, page.webhook_endpoints[0], changed)] == [""] * 3
    told = await client.events.ListEvents(ListEventsRequest(subjects=[made.name]))
    assert made.secret.encode() not in told.SerializeToString()
    assert [each.type for each in told.events] == [
        "webhook_endpoint.created",
        "webhook_endpoint.updated",
    ]


async def test_a_repeat_does_not_tell_it_again(client: Client) -> None:
    resource, request_id = await WEBHOOK_ENDPOINTS.build(client), str(uuid4())
    made = await create(client, webhook_endpoint=resource, request_id=request_id)
    again = await create(client, webhook_endpoint=resource, request_id=request_id)
    assert (again.name, again.secret) == (made.name, "")
    first = await rotate(client, made.name, request_id=(request_id := str(uuid4())))
    second = await rotate(client, made.name, request_id=request_id)
    assert (bool(first.secret), second.secret) == (True, "")
    assert kept() == (first.secret, made.secret)
    answers = [bytes(row.answer or b"") for row in models.StoredAnswer.select()]
    assert not any(b"whsec_" in answer for answer in answers)


async def test_a_new_secret_leaves_the_old_one_a_day(client: Client) -> None:
    made = await create(client)
    turned = await rotate(client, made.name)
    assert turned.secret != made.secret
    assert kept() == (turned.secret, made.secret)
    assert turned.old_secret_expire_time.seconds == turned.secret_time.seconds + DAY
    told = await client.events.ListEvents(ListEventsRequest(types=["webhook_endpoint.updated"]))
    changed = list(told.events[0].resource_changed.changed_fields)
    assert changed == ["secret_time", "old_secret_expire_time"]


async def test_who_is_enabled_again_begins_anew(client: Client) -> None:
    made = await create(client)
    failing = {"state": WebhookEndpoint.DISABLED, "disable_reason": WebhookEndpoint.FAILING}
    models.WebhookEndpoint.update(**failing).execute()
    seen = await WEBHOOK_ENDPOINTS.get(client, made.name)
    assert seen.disable_reason == WebhookEndpoint.FAILING
    enabled = WebhookEndpoint(name=made.name, state=WebhookEndpoint.ENABLED)
    assert not (await WEBHOOK_ENDPOINTS.update(client, enabled)).disable_reason


@pytest.mark.parametrize(
    "url",
    [
        "http://example.com/hook",
        "ftp://example.com",
        "https://",
        "https://user:word@example.com/",
        "https://example.com/#part",
        "https://example.com/a b",
        "https://example.com:99999/",
        "https://[::1/",
        "example.com",
        "http://10.0.0.1/",
        "http://localhost.example.com/",
    ],
)
async def test_a_url_that_leads_nowhere_good(client: Client, url: str) -> None:
    refusal = await refused(WEBHOOK_ENDPOINTS.create(client, WebhookEndpoint(url=url)))
    assert list(refusal.fields) == ["webhook_endpoint.url"]


@pytest.mark.parametrize(
    "url",
    ["https://example.com", "http://127.0.0.1:9/x", "http://localhost/", "http://[::1]:80/?a=b"],
)
async def test_a_url_that_does(client: Client, url: str) -> None:
    assert (await WEBHOOK_ENDPOINTS.create(client, WebhookEndpoint(url=url))).url == url
