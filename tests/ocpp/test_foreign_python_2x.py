"""Stations that are written on the `ocpp` package's own ChargePoint of 2.0.1 and of 2.1."""
# mypy: allow-untyped-calls, allow-untyped-decorators

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Any

import pytest
from ocpp import v21, v201
from ocpp.routing import on
from websockets.exceptions import ConnectionClosed

from ampline.v1.session_pb2 import Session
from server.domain import commands
from server.store import models
from tests.ocpp.conftest import PASSWORD, Platform
from tests.ocpp.raw_charger import basic, dial
from tests.ocpp.v2x_transaction import PLACE, TOKEN, at

NAME = "chargePoints/CP1"
ACCEPTED: Any = "Accepted"
REJECTED: Any = "Rejected"
SCHEDULED: Any = "Scheduled"
UNLOCKED: Any = "Unlocked"


class Foreign201(v201.ChargePoint):
    """Accepts whatever it is told."""

    @on("RequestStartTransaction")
    def start_afar(self, **_: Any) -> Any:
        return v201.call_result.RequestStartTransaction(ACCEPTED)

    @on("RequestStopTransaction")
    def stop_afar(self, transaction_id: str) -> Any:
        return v201.call_result.RequestStopTransaction(REJECTED)

    @on("Reset")
    def reset(self, **_: Any) -> Any:
        return v201.call_result.Reset(SCHEDULED)

    @on("UnlockConnector")
    def unlock(self, **_: Any) -> Any:
        return v201.call_result.UnlockConnector(UNLOCKED)


class Foreign21(v21.ChargePoint):
    """The same in 2.1."""

    @on("RequestStartTransaction")
    def start_afar(self, **_: Any) -> Any:
        return v21.call_result.RequestStartTransaction(ACCEPTED)

    @on("RequestStopTransaction")
    def stop_afar(self, transaction_id: str) -> Any:
        return v21.call_result.RequestStopTransaction(REJECTED)

    @on("Reset")
    def reset(self, **_: Any) -> Any:
        return v21.call_result.Reset(SCHEDULED)

    @on("UnlockConnector")
    def unlock(self, **_: Any) -> Any:
        return v21.call_result.UnlockConnector(UNLOCKED)


KINDS: dict[str, tuple[Any, Any]] = {
    "ocpp2.0.1": (Foreign201, v201.call),
    "ocpp2.1": (Foreign21, v21.call),
}


@pytest.fixture(params=KINDS)
def subprotocol(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
async def station(platform: Platform, subprotocol: str) -> AsyncIterator[Any]:
    url = f"{platform.url}/ocpp/CP1"
    connection = await dial(url, (subprotocol,), basic("CP1", PASSWORD))
    station = KINDS[subprotocol][0]("CP1", connection, response_timeout=10)
    listening = asyncio.create_task(station.start())
    yield station
    await connection.close()
    with suppress(ConnectionClosed):
        await listening


async def ask(station: Any, request: Any) -> Any:
    """Calls; a CALLERROR is raised."""
    return await station.call(request, suppress=False)


async def test_a_visit_from_boot_to_stop(
    platform: Platform, station: Any, subprotocol: str
) -> None:
    call = KINDS[subprotocol][1]

    def step(kind: str, trigger: str, number: int, minutes: float, wh: int, **more: Any) -> Any:
        values = [{"timestamp": at(minutes), "sampled_value": [{"value": wh}]}]
        info = {"transaction_id": "foreign-1", **more.pop("info", {})}
        return call.TransactionEvent(
            event_type=kind,
            timestamp=at(minutes),
            trigger_reason=trigger,
            seq_no=number,
            transaction_info=info,
            meter_value=values,
            **more,
        )

    booted = await ask(
        station,
        call.BootNotification({"model": "Model", "vendor_name": "Vendor"}, "PowerUp"),
    )
    assert booted.status == "Accepted"
    assert (await ask(station, call.Heartbeat())).current_time.endswith("Z")
    place = {"evse_id": 1, "connector_id": 1}
    occupied = {"timestamp": at(0), "connector_status": "Occupied"}
    await ask(station, call.StatusNotification(**occupied, **place))
    token = {"id_token": TOKEN["idToken"], "type": TOKEN["type"]}
    answer = await ask(station, call.Authorize(token))
    assert answer.id_token_info["status"] == "Accepted"
    evse = {"id": PLACE["id"], "connector_id": PLACE["connectorId"]}
    began = await ask(
        station, step("Started", "Authorized", 0, 1, 1_000, evse=evse, id_token=token)
    )
    assert began.id_token_info["status"] == "Accepted"
    charging = {"charging_state": "Charging"}
    await ask(station, step("Updated", "ChargingStateChanged", 1, 2, 1_000, info=charging))
    await ask(station, step("Updated", "MeterValuePeriodic", 2, 10, 3_000))
    stopped = {"stopped_reason": "Local"}
    ended = step("Ended", "StopAuthorized", 3, 30, 6_000, info=stopped, id_token=token)
    assert (await ask(station, ended)).id_token_info["status"] == "Accepted"
    free = {"timestamp": at(35), "connector_status": "Available"}
    await ask(station, call.StatusNotification(**free, **place))
    await ask(station, call.SecurityEventNotification(type="FirmwareUpdated", timestamp=at(35)))
    session = await platform.one(models.Session)
    assert (session.state, session.energy_wh) == (Session.FINISHED, 5_000)
    assert [entry.violation for entry in await platform.messages() if entry.violation] == []


ORDERS: list[tuple[commands.Command, str, bool]] = [
    (commands.StartTransaction(1, 1, "AAAA", 1), "Accepted", True),
    (commands.StopTransaction("foreign-1"), "Rejected", False),
    (commands.Reset(commands.ResetKind.SOFT), "Scheduled", True),
    (commands.UnlockConnector(1, 1), "Unlocked", True),
]


async def test_what_it_is_told(platform: Platform, station: Any) -> None:
    for command, status, accepted in ORDERS:
        answer = await platform.bridge.stations.command(NAME, command, 10)
        assert (answer.status, answer.accepted) == (status, accepted)
