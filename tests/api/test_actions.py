"""Actions: every outcome as what it is, and what they leave behind."""

import asyncio
from typing import Any

import grpc
import pytest
from google.protobuf.message import Message

from ampline.v1 import charge_point_action_pb2 as pb
from ampline.v1.session_pb2 import GetSessionRequest, Session, StopSessionRequest
from server.domain import commands
from server.domain.commands import CommandAnswer
from server.domain.device_commands import SetConfiguration
from server.domain.device_model import Setting, Told
from server.domain.errors import RefusedError, precondition
from server.store import models
from tests.api.client import Client, refused
from tests.api.conftest import Api
from tests.api.samples import CHARGE_POINTS, EVSES, TARIFF_GROUPS, USERS

CP = "chargePoints/CP1"
PRECONDITION = grpc.StatusCode.FAILED_PRECONDITION


async def execute(api: Api, query: Any) -> None:
    await api.lane.write(lambda unit: unit.execute(query))


@pytest.fixture
async def charge_point(api: Api, client: Client) -> str:
    """A charge point that is online."""
    await CHARGE_POINTS.make(client, charge_point_id="CP1")
    api.stations.connect(CP)
    return CP


@pytest.mark.parametrize(
    ("method", "request_", "command"),
    [
        (
            "UnlockConnector",
            pb.UnlockConnectorRequest(charge_point=CP, evse=2),
            commands.UnlockConnector(2, 1),
        ),
        (
            "Reset",
            pb.ResetRequest(charge_point=CP, kind=pb.ResetRequest.HARD),
            commands.Reset(commands.ResetKind.HARD),
        ),
        (
            "ChangeAvailability",
            pb.ChangeAvailabilityRequest(
                charge_point=CP, evse=1, availability=pb.ChangeAvailabilityRequest.INOPERATIVE
            ),
            commands.ChangeAvailability(1, commands.Availability.INOPERATIVE),
        ),
        (
            "SetConfiguration",
            pb.SetConfigurationRequest(charge_point=CP, key="HeartbeatInterval", value="60"),
            SetConfiguration("HeartbeatInterval", "60"),
        ),
        (
            "TriggerMessage",
            pb.TriggerMessageRequest(
                charge_point=CP, message=pb.TriggerMessageRequest.METER_VALUES, evse=1
            ),
            commands.TriggerMessage(commands.TriggeredMessage.METER_VALUES, 1),
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
async def test_a_command_goes_out_as_asked(
    api: Api,
    client: Client,
    charge_point: str,
    method: str,
    request_: Message,
    command: commands.Command,
) -> None:
    answer = await getattr(client.actions, method)(request_)
    assert answer.charger_status == "Accepted"
    assert api.stations.sent == [(charge_point, command)]


async def test_a_later_yes_is_a_yes_that_says_so(
    api: Api, client: Client, charge_point: str
) -> None:
    api.stations.connect(charge_point, lambda _: CommandAnswer("Scheduled", True))
    request = pb.ChangeAvailabilityRequest(
        charge_point=charge_point, availability=pb.ChangeAvailabilityRequest.INOPERATIVE
    )
    assert (await client.actions.ChangeAvailability(request)).charger_status == "Scheduled"


def raising(error: RefusedError) -> Any:
    def answer(_: commands.Command) -> CommandAnswer:
        raise error

    return answer


async def test_it_is_asked_how_far_a_session_is(
    api: Api, client: Client, charge_point: str
) -> None:
    times = {"start_time": 1, "create_time": 1, "update_time": 1}
    row = {"charge_point": CP, "state": Session.ACTIVE, **times}
    for name, told in (("a", {"ocpp_transaction_id": "t-1"}), ("b", {})):
        await execute(api, models.Session.insert(name=f"sessions/{name}", **row, **told))
    said = CommandAnswer("", True, ongoing=True, messages_in_queue=True)
    api.stations.connect(CP, lambda _: said)
    ask = client.actions.GetTransactionStatus
    answer = await ask(pb.GetTransactionStatusRequest(charge_point=CP, session="sessions/a"))
    assert (answer.ongoing, answer.messages_in_queue) == (True, True)
    api.stations.connect(CP, lambda _: CommandAnswer("", True))
    answer = await ask(pb.GetTransactionStatusRequest(charge_point=CP))
    assert (answer.HasField("ongoing"), answer.messages_in_queue) == (False, False)
    assert [sent for _, sent in api.stations.sent] == [
        commands.GetTransactionStatus("t-1"),
        commands.GetTransactionStatus(),
    ]
    for session, reason in (("b", "SESSION_NOT_ACTIVE"), ("none", "REFERENCE_NOT_FOUND")):
        request = pb.GetTransactionStatusRequest(charge_point=CP, session=f"sessions/{session}")
        assert (await refused(ask(request))).reason == reason


async def test_every_no_is_a_refusal(api: Api, client: Client, charge_point: str) -> None:
    request = pb.UnlockConnectorRequest(charge_point=charge_point, evse=1)
    api.stations.connect(charge_point, lambda _: CommandAnswer("UnlockFailed", False))
    refusal = await refused(client.actions.UnlockConnector(request))
    assert (refusal.code, refusal.reason) == (PRECONDITION, "CHARGER_REJECTED")
    assert refusal.metadata == {"status": "UnlockFailed"}
    why = CommandAnswer("UnlockFailed", False, reason_code="Stuck", reason_text="for years")
    api.stations.connect(charge_point, lambda _: why)
    refusal = await refused(client.actions.UnlockConnector(request))
    assert refusal.metadata == {
        "status": "UnlockFailed",
        "reason_code": "Stuck",
        "reason_text": "for years",
    }
    error = precondition("CHARGER_ERROR", "no", error_code="InternalError")
    api.stations.connect(charge_point, raising(error))
    refusal = await refused(client.actions.UnlockConnector(request))
    assert (refusal.reason, refusal.metadata) == (
        "CHARGER_ERROR",
        {"error_code": "InternalError"},
    )


async def test_a_charger_that_is_away(client: Client) -> None:
    await CHARGE_POINTS.make(client, charge_point_id="CP1")
    refusal = await refused(
        client.actions.Reset(pb.ResetRequest(charge_point=CP, kind=pb.ResetRequest.SOFT))
    )
    assert (refusal.code, refusal.reason) == (grpc.StatusCode.UNAVAILABLE, "CHARGER_OFFLINE")


async def test_our_own_error_comes_before_the_callers_deadline(
    api: Api, client: Client, charge_point: str
) -> None:
    api.stations.hold = asyncio.Event()
    request = pb.ResetRequest(charge_point=charge_point, kind=pb.ResetRequest.SOFT)
    refusal = await refused(client.actions.Reset(request, timeout=1.5))
    assert (refusal.code, refusal.reason) == (
        grpc.StatusCode.DEADLINE_EXCEEDED,
        "CHARGER_TIMEOUT",
    )


async def test_settings_are_told_and_secrets_are_not(
    api: Api, client: Client, charge_point: str
) -> None:
    keys = (
        Told(Setting("HeartbeatInterval"), "60"),
        Told(Setting("AuthorizationKey"), "secret"),
    )
    api.stations.connect(charge_point, lambda _: CommandAnswer("", True, keys, ("NoSuchKey",)))
    answer = await client.actions.GetConfiguration(
        pb.GetConfigurationRequest(charge_point=charge_point, keys=["HeartbeatInterval"])
    )
    told = {each.key: each.value for each in answer.configuration_keys}
    assert told == {"HeartbeatInterval": "60", "AuthorizationKey": ""}
    assert list(answer.unknown_keys) == ["NoSuchKey"]


@pytest.fixture
async def user(client: Client) -> str:
    """A user with money, where a tariff applies."""
    from tests.api.test_particulars import add_balance

    made = await USERS.make(client)
    await add_balance(client, made.name, 50)
    group = await TARIFF_GROUPS.build(client)
    group.operator_default = True
    await TARIFF_GROUPS.create(client, group)
    return str(made.name)


async def test_a_start_gives_its_session(
    api: Api, client: Client, charge_point: str, user: str
) -> None:
    await EVSES.create(client, await EVSES.build(client), parent=charge_point)
    request = pb.StartSessionRequest(charge_point=charge_point, user=user, evse=1)
    request.stop_conditions.max_energy_wh = 5000
    answer = await client.actions.StartSession(request)
    session = answer.session
    assert (answer.charger_status, session.state) == ("Accepted", Session.PENDING)
    assert (session.user, session.evse) == (user, f"{charge_point}/evses/1")
    assert session.stop_conditions.max_energy_wh == 5000
    ((_, command),) = api.stations.sent
    assert isinstance(command, commands.StartTransaction)
    assert command.token == session.token
    assert await client.sessions.GetSession(GetSessionRequest(name=session.name)) == session


async def test_a_refused_start_fails_its_session(
    api: Api, client: Client, charge_point: str, user: str
) -> None:
    api.stations.connect(charge_point, lambda _: CommandAnswer("Rejected", False))
    request = pb.StartSessionRequest(charge_point=charge_point, user=user)
    assert (await refused(client.actions.StartSession(request))).reason == "CHARGER_REJECTED"
    row = models.Session.get()
    assert (row.state, row.stop_reason) == (Session.FAILED, Session.REMOTE_START_FAILED)


async def test_a_rule_refuses_a_start_and_nothing_is_sent(
    api: Api, client: Client, charge_point: str
) -> None:
    poor = await USERS.make(client)
    request = pb.StartSessionRequest(charge_point=charge_point, user=poor.name)
    refusal = await refused(client.actions.StartSession(request))
    assert (refusal.code, refusal.reason) == (PRECONDITION, "NO_TARIFF")
    assert api.stations.sent == []


async def test_a_session_is_stopped_or_ended_by_force(
    api: Api, client: Client, charge_point: str
) -> None:
    row = {"charge_point": charge_point, "start_time": 1, "ocpp_transaction_id": "17"}
    for name, state in (("a", Session.ACTIVE), ("b", Session.FINISHED)):
        session = models.Session.insert(
            name=f"sessions/{name}", state=state, create_time=1, update_time=1, **row
        )
        await execute(api, session)
    answer = await client.sessions.StopSession(StopSessionRequest(name="sessions/a"))
    assert (answer.charger_status, answer.session.name) == ("Accepted", "sessions/a")
    assert api.stations.sent == [(charge_point, commands.StopTransaction("17"))]
    refusal = await refused(client.sessions.StopSession(StopSessionRequest(name="sessions/b")))
    assert (refusal.code, refusal.reason) == (PRECONDITION, "SESSION_NOT_ACTIVE")
    assert refusal.metadata == {"state": "FINISHED"}
    force = StopSessionRequest(name="sessions/a", force=True)
    answer = await client.sessions.StopSession(force)
    assert (answer.charger_status, answer.session.stop_reason) == ("", Session.FORCE_STOP)
    assert len(api.stations.sent) == 1
