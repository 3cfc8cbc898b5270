"""Webhooks as an operator has them: made, tried out, watched, and sent again, over the API."""

import asyncio
from collections.abc import AsyncIterator
from ipaddress import ip_network
from typing import Any

import grpc
import pytest
from aiohttp import web

from ampline.v1 import webhook_delivery_pb2 as pb
from ampline.v1 import webhook_endpoint_pb2 as endpoints
from server.domain.access import Role
from server.domain.destinations import Addresses
from server.relay.reactions import Reactions
from server.store.models import Event, WebhookDelivery, WebhookQueue
from server.work import event_pages
from server.work.rules import Rules
from server.work.webhooks import forgetting
from tests.api.client import Client, refused
from tests.api.conftest import ADMIN_KEY, Api, add_key, open_api
from tests.api.samples import LOCATIONS, WEBHOOK_ENDPOINTS
from tests.webhooks.receiver import Received, Receiver

Delivery = pb.WebhookDelivery


@pytest.fixture
async def api(database_url: str) -> AsyncIterator[Api]:
    """A fresh API, whose webhooks are sent."""
    served = await open_api(database_url)
    await add_key(served.lane, ADMIN_KEY, Role.ADMIN)
    reactions = Reactions(served.lane, [served.webhooks.reaction], poll=0.05)
    served.webhooks.start()
    reactions.start()
    yield served
    await reactions.close()
    await served.close()


@pytest.fixture
async def client(api: Api) -> AsyncIterator[Client]:
    """An administrator's client."""
    opened = api.client()
    yield opened
    await opened.close()


async def create(client: Client, receiver: Receiver, **fields: Any) -> endpoints.WebhookEndpoint:
    """An endpoint that leads to the receiver, which knows its secret."""
    resource = endpoints.WebhookEndpoint(url=receiver.url, **fields)
    request = endpoints.CreateWebhookEndpointRequest(webhook_endpoint=resource)
    made: endpoints.WebhookEndpoint = await client.webhook_endpoints.CreateWebhookEndpoint(request)
    receiver.secrets.append(made.secret)
    return made


async def listed(client: Client, name: str, **filters: Any) -> list[Delivery]:
    request = pb.ListWebhookDeliveriesRequest(parent=name, **filters)
    page = await client.webhook_deliveries.ListWebhookDeliveries(request)
    return list(page.webhook_deliveries)


async def until(client: Client, name: str, count: int, **filters: Any) -> list[Delivery]:
    """The deliveries, once there are so many of them."""
    async with asyncio.timeout(40):
        while len(found := await listed(client, name, **filters)) < count:  # noqa: ASYNC110
            await asyncio.sleep(0.02)
    return found


async def test_deliveries_are_listed(client: Client, receiver: Receiver) -> None:
    def answer(came: Received) -> web.Response:
        status = 422 if came.body["type"] == "location.updated" else 200
        return web.Response(status=status, text=f"{status} for " + came.id * 500)

    receiver.answer = answer
    name = (await create(client, receiver, types=["location.*"])).name
    location = await LOCATIONS.make(client)
    location.display_name = "Changed"
    await LOCATIONS.update(client, location, "display_name")
    (took,) = await until(client, name, 1, state=Delivery.DELIVERED)
    assert (took.event_type, took.subject, took.attempt_count) == (
        "location.created",
        location.name,
        1,
    )
    (attempt,) = took.attempts
    assert (attempt.status_code, attempt.error) == (200, "")
    assert attempt.response_excerpt.startswith("200 for events/")
    assert len(attempt.response_excerpt) == 1024
    assert 0 < attempt.latency.ToMicroseconds() < 20_000_000
    assert took.end_time.ToMicroseconds() >= attempt.time.ToMicroseconds()
    assert took.name == f"{name}/deliveries/{took.event.partition('/')[2]}"
    got = await client.webhook_deliveries.GetWebhookDelivery(
        pb.GetWebhookDeliveryRequest(name=took.name)
    )
    assert got == took
    await receiver.until(lambda all_: len(all_) == 2)
    (waits,) = await until(client, name, 1, event_type="location.updated")
    assert (waits.state, waits.HasField("end_time")) == (Delivery.PENDING, False)
    assert [each.event for each in await listed(client, name)] == [waits.event, took.event]
    assert await listed(client, name, created_before=took.create_time) == []


async def test_one_is_sent_again(client: Client, receiver: Receiver) -> None:
    name = (await create(client, receiver, types=["location.*"])).name
    await LOCATIONS.make(client)
    (took,) = await until(client, name, 1, state=Delivery.DELIVERED)
    request = pb.ResendWebhookDeliveryRequest(name=took.name)
    again = await client.webhook_deliveries.ResendWebhookDelivery(request)
    assert (again.state, again.attempt_count, len(again.attempts)) == (Delivery.PENDING, 0, 1)
    await receiver.until(lambda all_: len(all_) == 2)
    assert {each.id for each in receiver.received} == {took.event}
    async with asyncio.timeout(40):
        while len((await listed(client, name))[0].attempts) < 2:  # noqa: ASYNC110
            await asyncio.sleep(0.02)


@pytest.mark.parametrize("looked_at", [event_pages.LOOKED_AT, 2], ids=["at-once", "in-pieces"])
async def test_all_are_sent_again_since_an_event_or_a_time(
    client: Client, receiver: Receiver, monkeypatch: pytest.MonkeyPatch, looked_at: int
) -> None:
    monkeypatch.setattr(event_pages, "LOOKED_AT", looked_at)
    wanted = ["location.c*"]
    before = [await LOCATIONS.make(client) for _ in range(3)]
    name = (await create(client, receiver, types=wanted)).name
    after = [await LOCATIONS.make(client) for _ in range(2)]
    subjects = [each.name for each in (*before, *after)]
    await until(client, name, 2, state=Delivery.DELIVERED)
    first = Event.get(Event.subject == subjects[1]).position

    async def resend(**since: Any) -> int:
        request = pb.ResendWebhookDeliveriesRequest(parent=name, **since)
        answer = await client.webhook_deliveries.ResendWebhookDeliveries(request)
        return int(answer.event_count)

    assert await resend(start_event=f"events/{first}") >= 4
    await receiver.until(lambda all_: len(all_) == 6)
    assert [each.subject for each in receiver.received[:2]] == subjects[3:]
    assert sorted(each.subject for each in receiver.received[2:]) == sorted(subjects[1:])
    await until(client, name, 4, state=Delivery.DELIVERED)
    assert await resend(start_time=before[0].create_time) >= 5
    await receiver.until(lambda all_: len(all_) == 11)
    assert {each.subject for each in receiver.received} == set(subjects)


async def test_what_cannot_be_sent_again(api: Api, client: Client, receiver: Receiver) -> None:
    made = await create(client, receiver, types=["location.*"])
    await LOCATIONS.make(client)
    (took,) = await until(client, made.name, 1, state=Delivery.DELIVERED)
    one = pb.ResendWebhookDeliveryRequest(name=took.name)
    position = int(took.event.partition("/")[2])
    await api.lane.write(
        lambda unit: unit.execute(Event.delete().where(Event.position <= position))
    )
    many = pb.ResendWebhookDeliveriesRequest(parent=made.name, start_event=took.event)
    for call in (
        client.webhook_deliveries.ResendWebhookDelivery(one),
        client.webhook_deliveries.ResendWebhookDeliveries(many),
    ):
        refusal = await refused(call)
        assert (refusal.reason, refusal.metadata) == ("EVENT_EXPIRED", {"event": took.event})
    off = endpoints.WebhookEndpoint(name=made.name, state=endpoints.WebhookEndpoint.DISABLED)
    await WEBHOOK_ENDPOINTS.update(client, off)
    refusal = await refused(client.webhook_deliveries.ResendWebhookDelivery(one))
    assert (refusal.code, refusal.reason) == (
        grpc.StatusCode.FAILED_PRECONDITION,
        "WEBHOOK_DISABLED",
    )


async def test_an_endpoint_is_tried_out(client: Client, receiver: Receiver) -> None:
    made = await create(client, receiver, types=["nothing.at_all"])
    off = endpoints.WebhookEndpoint(name=made.name, state=endpoints.WebhookEndpoint.DISABLED)
    await WEBHOOK_ENDPOINTS.update(client, off)
    request = endpoints.TestWebhookEndpointRequest(name=made.name)
    told = await client.webhook_endpoints.TestWebhookEndpoint(request)
    assert (told.delivered, told.attempt.status_code) == (True, 204)
    (came,) = receiver.received
    assert (came.body["type"], came.subject) == ("webhook_endpoint.test", made.name)
    assert made.secret not in str(came.body)
    receiver.answer = lambda _: web.Response(status=503, text="not now")
    told = await client.webhook_endpoints.TestWebhookEndpoint(request)
    assert (told.delivered, told.attempt.response_excerpt) == (False, "not now")
    await receiver.stop()
    told = await client.webhook_endpoints.TestWebhookEndpoint(request)
    assert (told.delivered, told.attempt.status_code, bool(told.attempt.error)) == (False, 0, True)
    await receiver.start()


async def test_a_new_secret_and_the_one_before_it_both_hold(
    client: Client, receiver: Receiver
) -> None:
    made = await create(client, receiver, types=["location.*"])
    turned = await client.webhook_endpoints.RotateWebhookSecret(
        endpoints.RotateWebhookSecretRequest(name=made.name)
    )
    for secret in (made.secret, turned.secret):
        receiver.secrets = [secret]  # who knows either can verify
        before = len(receiver.received)
        request = endpoints.TestWebhookEndpointRequest(name=made.name)
        await client.webhook_endpoints.TestWebhookEndpoint(request)
        assert len(receiver.received) == before + 1
    receiver.secrets = [turned.secret]
    signatures = receiver.requests[-1].headers["webhook-signature"].split()
    assert len(signatures) == 2


async def test_who_may_not_read_something_is_sent_nothing_of_it(
    api: Api, client: Client, receiver: Receiver
) -> None:
    partner = api.client(await api.key_of(Role.PARTNER_ADMIN, "partners/p1"))
    theirs = await create(partner, receiver)
    ours = await create(client, receiver)
    own, other = await LOCATIONS.make(partner), await LOCATIONS.make(client)
    await receiver.until(lambda all_: {own.name, other.name} <= {each.subject for each in all_})
    sent = await until(client, theirs.name, 2)
    assert {each.subject for each in sent} == {theirs.name, own.name}
    assert {own.name, other.name} <= {each.subject for each in await listed(client, ours.name)}
    request = pb.ListWebhookDeliveriesRequest(parent=ours.name)
    refusal = await refused(partner.webhook_deliveries.ListWebhookDeliveries(request))
    assert refusal.code is grpc.StatusCode.NOT_FOUND
    await partner.close()


async def test_a_deleted_endpoint_is_forgotten(
    api: Api, client: Client, receiver: Receiver
) -> None:
    name = (await create(client, receiver)).name
    await LOCATIONS.make(client)
    await until(client, name, 2, state=Delivery.DELIVERED)
    await WEBHOOK_ENDPOINTS.delete(client, name)
    assert WebhookDelivery.select().count() == WebhookQueue.select().count() == 0


async def test_an_endpoint_with_many_deliveries_is_forgotten_in_pieces(
    api: Api, client: Client, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = await create(client, receiver, types=["location.*"])
    for _ in range(5):
        await LOCATIONS.make(client)
    await until(client, made.name, 5, state=Delivery.DELIVERED)
    monkeypatch.setattr(forgetting, "AT_ONCE", 2)
    await WEBHOOK_ENDPOINTS.delete(client, made.name)
    assert WebhookDelivery.select().count() == 3
    again = endpoints.CreateWebhookEndpointRequest(
        webhook_endpoint=endpoints.WebhookEndpoint(url=receiver.url),
        webhook_endpoint_id=made.name.partition("/")[2],
    )
    refusal = await refused(client.webhook_endpoints.CreateWebhookEndpoint(again))
    assert refusal.reason == "WEBHOOK_BEING_FORGOTTEN"
    while await api.lane.write(lambda unit: forgetting.forget_deleted(unit, 2)):
        pass
    assert WebhookDelivery.select().count() == WebhookQueue.select().count() == 0
    made = await client.webhook_endpoints.CreateWebhookEndpoint(again)
    receiver.secrets.append(made.secret)


async def test_plain_http_goes_to_loopback_alone(client: Client) -> None:
    made = endpoints.WebhookEndpoint(url="http://example.com/hook")
    refusal = await refused(WEBHOOK_ENDPOINTS.create(client, made))
    assert refusal.fields == {
        "webhook_endpoint.url": "must be https, or http on the server's own machine"
    }


@pytest.mark.parametrize(
    "host",
    ["10.0.0.5", "169.254.169.254", "[fd00::1]", "[::ffff:192.168.1.1]", "167772165", "0xa9fea9fe"],
)
async def test_an_address_that_is_never_reached_is_refused_at_once(
    client: Client, host: str
) -> None:
    """In whatever spelling: nothing would ever be sent there."""
    fault = {"webhook_endpoint.url": f"is not allowed: {host.strip('[]')} is no public address"}
    made = endpoints.WebhookEndpoint(url=f"https://{host}/hook")
    assert (await refused(WEBHOOK_ENDPOINTS.create(client, made))).fields == fault
    kept = await WEBHOOK_ENDPOINTS.make(client)
    changed = endpoints.WebhookEndpoint(name=kept.name, url=made.url, display_name="Inside")
    for paths in ((), ("*",), ("url",)):
        refusal = await refused(WEBHOOK_ENDPOINTS.update(client, changed, *paths))
        assert (refusal.code, refusal.fields) == (grpc.StatusCode.INVALID_ARGUMENT, fault)
    after = await WEBHOOK_ENDPOINTS.update(client, changed, "display_name")
    assert (after.display_name, after.url) == ("Inside", kept.url)


async def test_which_addresses_are_allowed_is_a_setting(database_url: str) -> None:
    networks = (ip_network("10.0.0.0/8"),)
    served = await open_api(database_url, rules=Rules(webhook_addresses=Addresses(networks)))
    await add_key(served.lane, ADMIN_KEY, Role.ADMIN)
    client = served.client()
    for url in ("https://10.0.0.5/", "https://[::ffff:10.0.0.5]/", "https://hooks.example/"):
        made = endpoints.WebhookEndpoint(url=url)
        assert (await WEBHOOK_ENDPOINTS.create(client, made)).url == url
    for host in ("localhost", "127.0.0.1", "127.1", "[::1]", "192.168.1.1"):
        made = endpoints.WebhookEndpoint(url=f"https://{host}/")
        refusal = await refused(WEBHOOK_ENDPOINTS.create(client, made))
        assert list(refusal.fields) == ["webhook_endpoint.url"]
    await client.close()
    await served.close()
