"""Local lists over the API, and what goes with a charge point that is deleted."""

import pytest

from ampline.v1 import charge_point_maintenance_pb2 as maintenance
from ampline.v1 import local_list_pb2 as pb
from server.domain.commands import CommandAnswer, SendLocalList
from server.store.models import LocalList
from server.work.stations import local_lists
from tests.api.client import Client, refused
from tests.api.conftest import Api
from tests.api.samples import CHARGE_POINTS, ID_TAGS, PARTNERS

CP, NAME = "chargePoints/CP1", "localLists/CP1"


@pytest.fixture
async def charger(api: Api, client: Client) -> None:
    """A charge point that is online, and an ID tag for its list."""
    await CHARGE_POINTS.make(client, charge_point_id="CP1")
    api.stations.connect(CP)
    await add_tag(client, "TAG-1")


async def add_tag(client: Client, token: str, partner: str = "") -> None:
    tag = await ID_TAGS.build(client)
    tag.token, tag.on_local_list = token, True
    tag.ClearField("expire_time")
    if partner:
        tag.partner = partner
    await ID_TAGS.create(client, tag)


async def send(client: Client) -> pb.SendLocalListResponse:
    request = pb.SendLocalListRequest(charge_point=CP)
    answer: pb.SendLocalListResponse = await client.local_lists.SendLocalList(request)
    return answer


def sent_tokens(api: Api) -> list[str]:
    (_, sent) = api.stations.sent[-1]
    assert isinstance(sent, SendLocalList)
    return [entry.token for entry in sent.part.entries]


async def test_a_list_is_sent_and_shown(api: Api, client: Client, charger: None) -> None:
    answer = await send(client)
    assert (answer.charger_status, answer.call_count) == ("Accepted", 1)
    assert sent_tokens(api) == ["TAG-1"]
    got = await client.local_lists.GetLocalList(pb.GetLocalListRequest(name=NAME))
    assert got == answer.local_list
    assert (got.state, got.list_version, got.entry_count) == (pb.LocalList.UP_TO_DATE, 1, 1)
    again = await send(client)
    assert (again.charger_status, again.call_count) == ("", 0)
    page = await client.local_lists.ListLocalLists(pb.ListLocalListsRequest(charge_point=CP))
    assert [each.name for each in page.local_lists] == [NAME]


async def test_the_tags_of_other_partners_are_not_on_a_partners_list(
    api: Api, client: Client
) -> None:
    ours, theirs = [(await PARTNERS.make(client)).name for _ in range(2)]
    charge_point = await CHARGE_POINTS.build(client)
    charge_point.partner = ours
    await CHARGE_POINTS.create(client, charge_point, charge_point_id="CP1")
    api.stations.connect(CP)
    await add_tag(client, "OURS", ours)
    await add_tag(client, "THEIRS", theirs)
    await add_tag(client, "OPERATORS")
    await send(client)
    assert sorted(sent_tokens(api)) == ["OPERATORS", "OURS"]


async def test_a_charger_that_refuses_it(api: Api, client: Client, charger: None) -> None:
    api.stations.connect(CP, lambda _: CommandAnswer("NotSupported", False))
    error = await refused(send(client))
    assert (error.reason, error.metadata["status"]) == ("CHARGER_REJECTED", "NotSupported")
    got = await client.local_lists.GetLocalList(pb.GetLocalListRequest(name=NAME))
    assert (got.state, got.charger_status) == (pb.LocalList.INCOMPLETE, "NotSupported")


async def test_what_was_sent_since_the_clock_looked_knows_better(
    api: Api, client: Client, charger: None
) -> None:
    """It found that a stale list was right again; by then it was wrong again, and refused."""
    await send(client)
    await api.lane.write(lambda unit: unit.execute(LocalList.update(state=pb.LocalList.STALE)))
    found = await api.lane.write(lambda unit: local_lists.find_stale(unit, unit.now))
    assert {name: state for name, (state, _) in found.items()} == {NAME: pb.LocalList.UP_TO_DATE}
    await add_tag(client, "TAG-2")
    api.stations.connect(CP, lambda _: CommandAnswer("Failed", False))
    assert (await refused(send(client))).reason == "CHARGER_REJECTED"
    await api.lane.write(lambda unit: local_lists.note_states(unit, found))
    got = await client.local_lists.GetLocalList(pb.GetLocalListRequest(name=NAME))
    assert got.state == pb.LocalList.INCOMPLETE


async def test_the_version_that_a_charger_tells(api: Api, client: Client, charger: None) -> None:
    await send(client)
    api.stations.connect(CP, lambda _: CommandAnswer("", True, list_version=0))
    ask = maintenance.GetLocalListVersionRequest(charge_point=CP)
    assert (await client.maintenance.GetLocalListVersion(ask)).list_version == 0
    got = await client.local_lists.GetLocalList(pb.GetLocalListRequest(name=NAME))
    assert got.state == pb.LocalList.STALE


async def test_it_goes_with_its_charge_point(api: Api, client: Client, charger: None) -> None:
    await send(client)
    ask = maintenance.GetDiagnosticsRequest(charge_point=CP)
    await client.maintenance.GetDiagnostics(ask)
    update = maintenance.UpdateFirmwareRequest(charge_point=CP, uri="https://example.com/a.bin")
    await client.maintenance.UpdateFirmware(update)
    await CHARGE_POINTS.delete(client, CP)
    error = await refused(client.local_lists.GetLocalList(pb.GetLocalListRequest(name=NAME)))
    assert error.reason == "RESOURCE_NOT_FOUND"
