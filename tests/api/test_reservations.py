"""Reservations can be read."""

from typing import Any

import grpc

from ampline.v1.reservation_pb2 import (
    GetReservationRequest,
    ListReservationsRequest,
    Reservation,
)
from server.domain.access import Role
from server.store import models
from tests.api.client import Client, refused
from tests.api.conftest import Api
from tests.api.samples import CHARGE_POINTS, ID_TAGS

SECOND = 1_000_000


async def reserve(api: Api, number: int, **fields: Any) -> str:
    """A reservation, as an action makes one."""
    name = f"reservations/r{number}"
    fields = {"charge_point": "chargePoints/CP1", "state": Reservation.ACTIVE} | fields
    times = {"create_time": number * SECOND, "update_time": number * SECOND, "expire_time": 99}
    row = models.Reservation.insert(name=name, **{**times, **fields})
    await api.lane.write(lambda unit: unit.execute(row))
    return name


async def names(client: Client, **filters: Any) -> list[str]:
    page = await client.reservations.ListReservations(ListReservationsRequest(**filters))
    return [each.name.removeprefix("reservations/") for each in page.reservations]


async def test_a_reservation_is_shown_in_full(api: Api, client: Client) -> None:
    fields = {
        "evse": "chargePoints/CP1/evses/2",
        "connector": 1,
        "location": "locations/l",
        "user": "users/u",
        "id_tag": "idTags/t",
        "token": "04AB",
        "parent_group_id": "family",
        "session": "sessions/s",
        "ocpp_reservation_id": 7,
        "cancel_reason": "changed my mind",
        "partner": "partners/p",
    }
    name = await reserve(api, 1, **fields, end_time=5 * SECOND)
    shown = await client.reservations.GetReservation(GetReservationRequest(name=name))
    assert {field: getattr(shown, field) for field in fields} == fields
    assert (shown.state, shown.end_time.seconds, shown.create_time.seconds) == (1, 5, 1)


async def test_they_are_found_newest_first(api: Api, client: Client) -> None:
    await reserve(api, 1, user="users/a")
    await reserve(api, 2, user="users/b", state=Reservation.DONE, evse="chargePoints/CP1/evses/1")
    await reserve(api, 3, user="users/b", charge_point="chargePoints/CP2")
    assert await names(client) == ["r3", "r2", "r1"]
    assert await names(client, user="users/b") == ["r3", "r2"]
    assert await names(client, state=Reservation.DONE) == ["r2"]
    assert await names(client, charge_point="chargePoints/CP1", order_by="create_time") == [
        "r1",
        "r2",
    ]
    assert await names(client, evse="chargePoints/CP1/evses/1") == ["r2"]
    early = ListReservationsRequest()
    early.created_since.seconds, early.created_before.seconds = 2, 3
    page = await client.reservations.ListReservations(early)
    assert [each.name for each in page.reservations] == ["reservations/r2"]


async def test_partners_see_their_own(api: Api, client: Client) -> None:
    mine = await reserve(api, 1, partner="partners/p")
    other = await reserve(api, 2)
    partner = api.client(await api.key_of(Role.PARTNER_VIEWER, "partners/p"))
    assert await names(partner) == ["r1"]
    await partner.reservations.GetReservation(GetReservationRequest(name=mine))
    request = GetReservationRequest(name=other)
    refusal = await refused(partner.reservations.GetReservation(request))
    assert refusal.code is grpc.StatusCode.NOT_FOUND
    await partner.close()


async def test_what_is_reserved_stays(api: Api, client: Client) -> None:
    tag = await ID_TAGS.make(client)
    point = await CHARGE_POINTS.make(client)
    name = await reserve(api, 1, id_tag=tag.name, charge_point=point.name)
    for sample, resource in ((ID_TAGS, tag), (CHARGE_POINTS, point)):
        refusal = await refused(sample.delete(client, resource.name))
        assert (refusal.reason, refusal.metadata["referrers"]) == ("RESOURCE_IN_USE", name)
