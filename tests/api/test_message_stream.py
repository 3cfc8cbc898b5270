"""A charge point's messages as they come."""

from typing import Any

import grpc
import pytest

from ampline.v1.ocpp_message_pb2 import OcppMessage, StreamOcppMessagesRequest
from server.domain.access import Role
from server.domain.facts import OcppVersion
from server.store import models
from server.store.unit import Unit
from server.work.stations import messages
from server.work.stations.messages import Direction, Entry
from tests.api.client import Client, refusal_of
from tests.api.conftest import Api
from tests.api.samples import CHARGE_POINTS


def said(unit: Unit, charge_point: str, action: str, direction: Direction) -> None:
    messages.record(
        unit,
        Entry(charge_point, direction, OcppVersion.OCPP_1_6, action, "1", "[]", call_time=unit.now),
    )


async def test_messages_come_as_they_are_said(api: Api, client: Client) -> None:
    point = (await CHARGE_POINTS.make(client)).name
    other = (await CHARGE_POINTS.make(client)).name
    await api.lane.write(lambda unit: said(unit, point, "Old", Direction.FROM_CHARGER))
    stream = client.ocpp_messages.StreamOcppMessages(StreamOcppMessagesRequest(parent=point))
    assert not (await stream.read()).HasField("message")  # it has begun
    await api.lane.write(lambda unit: said(unit, other, "Elsewhere", Direction.FROM_CHARGER))
    await api.lane.write(lambda unit: said(unit, point, "Heartbeat", Direction.FROM_CHARGER))
    heard = (await stream.read()).message
    assert (heard.action, heard.direction) == ("Heartbeat", OcppMessage.FROM_CHARGER)
    stream.cancel()


async def test_another_nodes_message_that_was_quicker_hides_none(api: Api, client: Client) -> None:
    """On PostgreSQL a number is drawn before its row is seen."""
    point = (await CHARGE_POINTS.make(client)).name

    def numbered(number: int, charge_point: str) -> Any:
        fields = {"direction": Direction.FROM_CHARGER, "ocpp_version": 1, "call_time": 1}
        row = {"number": number, "charge_point": charge_point, "action": f"N{number}", **fields}
        query = models.OcppMessage.insert(**row)
        return api.lane.write(lambda unit: unit.execute(query))

    await numbered(1, point)
    await numbered(1_000, "chargePoints/ELSEWHERE")
    stream = client.ocpp_messages.StreamOcppMessages(StreamOcppMessagesRequest(parent=point))
    await stream.read()
    await numbered(500, point)
    assert (await stream.read()).message.action == "N500"
    stream.cancel()


async def test_an_answer_comes_behind_its_call(api: Api, client: Client) -> None:
    point = (await CHARGE_POINTS.make(client)).name
    wanted = StreamOcppMessagesRequest(parent=point, direction=OcppMessage.TO_CHARGER)
    stream = client.ocpp_messages.StreamOcppMessages(wanted)
    await stream.read()
    await api.lane.write(lambda unit: said(unit, point, "Heartbeat", Direction.FROM_CHARGER))
    await api.lane.write(lambda unit: said(unit, point, "Reset", Direction.TO_CHARGER))
    assert (await stream.read()).message.answer == ""
    answered = models.OcppMessage.update(answer="[3]").where(models.OcppMessage.action == "Reset")
    await api.lane.write(lambda unit: unit.execute(answered))
    assert (await stream.read()).message.answer == "[3]"
    stream.cancel()


async def test_whose_charge_point_it_is_not_sees_nothing(api: Api, client: Client) -> None:
    point = (await CHARGE_POINTS.make(client)).name
    partner = api.client(await api.key_of(Role.PARTNER_ADMIN, "partners/p"))
    stream = partner.ocpp_messages.StreamOcppMessages(StreamOcppMessagesRequest(parent=point))
    with pytest.raises(grpc.aio.AioRpcError) as refused:
        await stream.read()
    assert refusal_of(refused.value).code is grpc.StatusCode.NOT_FOUND
    await partner.close()
