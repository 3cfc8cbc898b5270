"""Displays over the API, and what chargers keep of drivers."""

from datetime import UTC, datetime

import grpc
import pytest

from ampline.v1 import device_action_pb2 as pb
from ampline.v1.display_message_pb2 import DisplayMessage, ListDisplayMessagesRequest
from server.domain import display_messages as domain
from server.domain.authorization import TokenKind
from server.store import models
from server.work.stations import display_messages
from tests.api.client import Client, refused
from tests.api.conftest import Api
from tests.api.samples import CHARGE_POINTS, ID_TAGS, USERS

CP = "chargePoints/CP1"


@pytest.fixture
async def charge_point(api: Api, client: Client) -> str:
    """A charge point that is online."""
    await CHARGE_POINTS.make(client, charge_point_id="CP1")
    api.stations.connect(CP)
    return CP


def message(**fields: object) -> DisplayMessage:
    return DisplayMessage(priority=DisplayMessage.IN_FRONT, content="Hello", **fields)  # type: ignore[arg-type]


async def test_messages_are_set_cleared_and_asked_for(
    api: Api, client: Client, charge_point: str
) -> None:
    told = message(message_id=7, state=DisplayMessage.IDLE, language_code="en")
    told.start_time.FromDatetime(datetime(2026, 11, 1, tzinfo=UTC))
    shown = await client.device_actions.SetDisplayMessage(
        pb.SetDisplayMessageRequest(charge_point=CP, display_message=told)
    )
    assert (shown.charger_status, shown.message_id) == ("Accepted", 7)
    new = await client.device_actions.SetDisplayMessage(
        pb.SetDisplayMessageRequest(charge_point=CP, display_message=message())
    )
    assert new.message_id > 0
    clearing = pb.ClearDisplayMessageRequest(charge_point=CP, message_id=7)
    await client.device_actions.ClearDisplayMessage(clearing)
    asking = pb.GetDisplayMessagesRequest(charge_point=CP)
    await client.device_actions.GetDisplayMessages(asking)
    first, second, third, last = (command for _, command in api.stations.sent)
    assert first == domain.SetDisplayMessage(
        domain.DisplayMessage(
            7,
            domain.Priority.IN_FRONT,
            "Hello",
            language="en",
            state=domain.State.IDLE,
            start=datetime(2026, 11, 1, tzinfo=UTC),
        )
    )
    assert isinstance(second, domain.SetDisplayMessage)
    assert second.message.number == new.message_id
    assert third == domain.ClearDisplayMessage(7)
    assert isinstance(last, domain.GetDisplayMessages)
    assert last.messages == ()


async def test_a_message_ends_after_it_begins(client: Client, charge_point: str) -> None:
    told = message()
    told.start_time.seconds, told.end_time.seconds = 10, 10
    request = pb.SetDisplayMessageRequest(charge_point=CP, display_message=told)
    refusal = await refused(client.device_actions.SetDisplayMessage(request))
    assert list(refusal.fields) == ["display_message.end_time"]


async def test_what_is_kept_is_shown_and_goes_with_the_charge_point(
    api: Api, client: Client, charge_point: str
) -> None:
    kept = [domain.DisplayMessage(number, None, "Hello", None) for number in (8, 2)]
    await api.lane.write(lambda unit: display_messages.reported(unit, CP, kept))
    request = ListDisplayMessagesRequest(parent=CP)
    page = await client.display_messages.ListDisplayMessages(request)
    assert [each.message_id for each in page.display_messages] == [2, 8]
    await CHARGE_POINTS.delete(client, CP)
    await CHARGE_POINTS.make(client, charge_point_id="CP1")
    assert not (await client.display_messages.ListDisplayMessages(request)).display_messages


async def test_customer_information_is_asked_for_by_a_tag(
    api: Api, client: Client, charge_point: str
) -> None:
    tag = await ID_TAGS.build(client)
    tag.user, tag.kind = (await USERS.make(client)).name, TokenKind.RFID
    made = await ID_TAGS.create(client, tag)
    request = pb.RequestCustomerInformationRequest(
        charge_point=CP, id_tag=made.name, report=True, clear=True
    )
    answer = await client.device_actions.RequestCustomerInformation(request)
    ((_, command),) = api.stations.sent
    assert command == domain.RequestCustomerInformation(
        answer.report_number, made.token, TokenKind.RFID, clear=True, report=True
    )
    rows = await api.reads.read(
        lambda database: list(models.DeviceReport.select().execute(database))
    )
    assert [(row.number, row.user) for row in rows] == [(answer.report_number, tag.user)]


async def test_customer_information_of_nobody(client: Client, charge_point: str) -> None:
    tag = await ID_TAGS.build(client)
    tag.ClearField("user")
    made = await ID_TAGS.create(client, tag)
    for report, field in ((True, "id_tag"), (False, "report")):
        request = pb.RequestCustomerInformationRequest(
            charge_point=CP, id_tag=made.name, report=report
        )
        refusal = await refused(client.device_actions.RequestCustomerInformation(request))
        assert refusal.code is grpc.StatusCode.INVALID_ARGUMENT
        assert list(refusal.fields) == [field]
