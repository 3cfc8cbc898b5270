"""What partners see of what is not all theirs: locations in part, events, the network's figures."""

from collections.abc import AsyncIterator
from typing import Any

import grpc
import pytest

from ampline.v1 import event_pb2, network_summary_pb2
from ampline.v1.charge_point_pb2 import ChargePoint
from ampline.v1.location_pb2 import Location
from server.domain.access import PartnerAccess, Permission, Role
from server.resources.event_types import PERMISSIONS
from tests.api.client import Client, refused
from tests.api.conftest import Api, partner_row
from tests.api.samples import API_KEYS, CHARGE_POINTS, EVSES, LOCATIONS, TARIFFS

OURS = "partners/ours"


@pytest.fixture
async def partner(api: Api) -> AsyncIterator[Client]:
    """The administrator of a partner that is granted all."""
    opened = api.client(await api.key_of(Role.PARTNER_ADMIN, OURS))
    yield opened
    await opened.close()


async def grant(api: Api, *access: PartnerAccess) -> None:
    """Grants the partner that, and no more."""
    await api.lane.write(lambda unit: unit.execute(partner_row(OURS, *access)))
    api.server.authentication.forget_principal(f"apiKeys/key-{Role.PARTNER_ADMIN.name}-{OURS}")


async def charge_point_at(client: Client, location: str, **fields: Any) -> ChargePoint:
    """A charge point with an EVSE."""
    given = ChargePoint(location=location, **fields)
    made: ChargePoint = await CHARGE_POINTS.create(client, given)
    await EVSES.create(client, await EVSES.build(client), parent=made.name)
    return made


async def test_a_location_is_shared_in_part(client: Client, partner: Client) -> None:
    place, elsewhere = await LOCATIONS.make(client), await LOCATIONS.make(client)
    await charge_point_at(client, place.name)
    hidden = await refused(LOCATIONS.get(partner, place.name))
    assert hidden.code is grpc.StatusCode.NOT_FOUND
    await charge_point_at(client, place.name, partner=OURS)
    seen = await LOCATIONS.get(partner, place.name)
    whole = await LOCATIONS.get(client, place.name)
    assert (seen.charge_point_count, whole.charge_point_count) == (1, 2)
    assert seen.display_name == whole.display_name
    assert (seen.external_id, dict(seen.labels)) == ("", {})
    assert whole.external_id
    assert list((await LOCATIONS.list(partner)).locations) == [seen]
    near = await LOCATIONS.list(partner, near=place.position)
    assert [each.charge_point_count for each in near.locations] == [1]
    assert elsewhere.name not in str(near)


async def test_a_shared_location_is_referred_to_and_not_changed(
    client: Client, partner: Client
) -> None:
    place = await LOCATIONS.make(client)
    await charge_point_at(client, place.name, partner=OURS)
    second = await CHARGE_POINTS.create(partner, ChargePoint(location=place.name))
    assert second.partner == OURS
    for call in (
        LOCATIONS.update(partner, Location(name=place.name, external_id="x")),
        LOCATIONS.delete(partner, place.name),
    ):
        assert (await refused(call)).code is grpc.StatusCode.NOT_FOUND


async def test_a_partners_own_location_is_seen_whole(client: Client, partner: Client) -> None:
    own = await LOCATIONS.make(partner)
    await charge_point_at(client, own.name)
    seen = await LOCATIONS.get(partner, own.name)
    assert (seen.external_id, seen.charge_point_count) == (own.external_id, 1)
    assert seen == await LOCATIONS.get(client, own.name)


async def types_of(client: Client) -> set[str]:
    """The types of all events that the client gets."""
    page = await client.events.ListEvents(event_pb2.ListEventsRequest(page_size=1000))
    return {event.type for event in page.events}


async def test_events_are_for_who_may_read_what_they_are_about(
    api: Api, client: Client, partner: Client
) -> None:
    place = await LOCATIONS.make(partner)
    await CHARGE_POINTS.create(partner, ChargePoint(location=place.name))
    await TARIFFS.make(partner)
    assert await types_of(partner) == {
        "location.created",
        "charge_point.created",
        "tariff.created",
    }
    await grant(api, PartnerAccess.TARIFFS)
    assert await types_of(partner) == {"location.created", "tariff.created"}
    await grant(api)
    assert await types_of(partner) == {"location.created"}


async def test_a_stream_has_no_more_than_the_list(
    api: Api, client: Client, partner: Client
) -> None:
    await grant(api, PartnerAccess.OWN_CHARGE_POINTS)
    place = await LOCATIONS.make(partner)
    stream = partner.events.StreamEvents(event_pb2.StreamEventsRequest())
    await stream.read()  # the heartbeat at the start
    tariff = await TARIFFS.build(client)
    tariff.partner = OURS
    await TARIFFS.create(client, tariff)
    await CHARGE_POINTS.create(partner, ChargePoint(location=place.name))
    assert (await stream.read()).event.type == "charge_point.created"
    stream.cancel()


async def test_keys_are_told_of_to_administrators_alone(api: Api, client: Client) -> None:
    await API_KEYS.make(client)
    viewer = api.client(await api.key_of(Role.VIEWER))
    assert "api_key.created" in await types_of(client)
    assert "api_key.created" not in await types_of(viewer)
    await viewer.close()


def test_every_resource_that_is_told_of_has_its_permission() -> None:
    told = {
        f"{field.name}."
        for field in event_pb2.ResourceChanged.DESCRIPTOR.fields
        if field.containing_oneof
    }
    assert told <= set(PERMISSIONS)
    assert PERMISSIONS["session."] is PERMISSIONS["transaction."] is Permission.READ_SESSIONS
    assert PERMISSIONS["api_key."] is Permission.ADMINISTER


async def test_figures_are_of_what_one_may_read(api: Api, client: Client, partner: Client) -> None:
    async def summary() -> Any:
        request = network_summary_pb2.GetNetworkSummaryRequest()
        return await partner.network.GetNetworkSummary(request)

    place = await LOCATIONS.make(client)
    await charge_point_at(client, place.name)
    await charge_point_at(client, place.name, partner=OURS)
    assert sum((await summary()).charge_point_counts.values()) == 1
    await grant(api, PartnerAccess.SESSIONS)
    assert not (await summary()).charge_point_counts


async def test_a_viewer_of_the_operators_sees_all_of_a_location(api: Api, client: Client) -> None:
    place = await LOCATIONS.make(client)
    viewer = api.client(await api.key_of(Role.VIEWER))
    assert await LOCATIONS.get(viewer, place.name) == place
    await viewer.close()
