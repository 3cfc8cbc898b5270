"""A tariff group is given to many EVSEs at once, with a result for each."""

from typing import Any

import grpc
import pytest

from ampline.v1.event_pb2 import ListEventsRequest
from ampline.v1.evse_pb2 import BulkAssignTariffGroupRequest, ListEvsesRequest
from server.domain.access import Role
from tests.api.client import Client, refused
from tests.api.conftest import Api
from tests.api.samples import CHARGE_POINTS, EVSES, TARIFF_GROUPS

CP = "chargePoints/CP1"
NONE = "chargePoints/CP1/evses/9"


@pytest.fixture
async def group(client: Client) -> str:
    """A tariff group, and a charge point with two EVSEs."""
    await CHARGE_POINTS.make(client, charge_point_id="CP1")
    for _ in range(2):
        await EVSES.create(client, await EVSES.build(client), parent=CP)
    return str((await TARIFF_GROUPS.make(client)).name)


async def assign(client: Client, group: str, **wanted: Any) -> list[tuple[str, str]]:
    """What became of each."""
    request = BulkAssignTariffGroupRequest(tariff_group=group, **wanted)
    answer = await client.evses.BulkAssignTariffGroup(request)
    return [(result.name, result.reason) for result in answer.results]


async def groups(client: Client) -> list[str]:
    """What the EVSEs have."""
    page = await client.evses.ListEvses(ListEvsesRequest(parent=CP))
    return [evse.tariff_group for evse in page.evses]


async def test_each_evse_has_its_result(client: Client, group: str) -> None:
    first = f"{CP}/evses/1"
    told = await assign(client, group, evses=[first, NONE], charge_points=[CP])
    assert told == [(first, ""), (NONE, "RESOURCE_NOT_FOUND"), (f"{CP}/evses/2", "")]
    assert await groups(client) == [group, group]
    changed = await client.events.ListEvents(ListEventsRequest(types=["evse.updated"]))
    assert [list(each.resource_changed.changed_fields) for each in changed.events] == [
        ["tariff_group"],
        ["tariff_group"],
    ]
    assert await assign(client, "", evses=[first]) == [(first, "")]
    assert await groups(client) == ["", group]


async def test_it_fails_if_none_of_them_can(client: Client, group: str) -> None:
    refusal = await refused(assign(client, group, evses=[NONE], charge_points=["chargePoints/X"]))
    assert (refusal.code, refusal.reason) == (grpc.StatusCode.NOT_FOUND, "RESOURCE_NOT_FOUND")
    refusal = await refused(assign(client, "tariffGroups/none", charge_points=[CP]))
    assert (refusal.reason, set(refusal.fields)) == ("REFERENCE_NOT_FOUND", {"tariff_group"})
    assert set((await refused(assign(client, group))).fields) == {"evses"}
    assert await groups(client) == ["", ""]


async def test_of_anothers_charge_points_nothing_is_told(
    api: Api, client: Client, group: str
) -> None:
    partner = api.client(await api.key_of(Role.PARTNER_ADMIN, "partners/p"))
    refusal = await refused(assign(partner, "", charge_points=[CP]))
    assert (refusal.code, refusal.metadata["name"]) == (grpc.StatusCode.NOT_FOUND, CP)
    await partner.close()
