"""A station that is written on the `ocpp` package's own ChargePoint and `websockets` alone."""
# mypy: allow-untyped-calls, allow-untyped-decorators

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from ocpp.routing import on
from ocpp.v16 import ChargePoint, call, call_result
from ocpp.v16.enums import (
    Action,
    AvailabilityStatus,
    ChargePointErrorCode,
    ChargePointStatus,
    ConfigurationStatus,
    DiagnosticsStatus,
    FirmwareStatus,
    RemoteStartStopStatus,
    ResetStatus,
    TriggerMessageStatus,
    UnlockStatus,
)
from websockets.exceptions import ConnectionClosed

from ampline.v1.session_pb2 import Session
from server.domain import commands
from server.domain.device_commands import GetConfiguration, SetConfiguration
from server.store import models
from tests.ocpp.conftest import PASSWORD, Platform
from tests.ocpp.raw_charger import basic, dial

NAME = "chargePoints/CP1"


class ForeignStation(ChargePoint):
    """Accepts whatever it is told."""

    @on(Action.remote_start_transaction)
    def start_afar(self, id_tag: str, **_: Any) -> Any:
        return call_result.RemoteStartTransaction(RemoteStartStopStatus.accepted)

    @on(Action.remote_stop_transaction)
    def stop_afar(self, transaction_id: int) -> Any:
        return call_result.RemoteStopTransaction(RemoteStartStopStatus.rejected)

    @on(Action.reset)
    def reset(self, type: str) -> Any:  # noqa: A002 - the field's name
        return call_result.Reset(ResetStatus.accepted)

    @on(Action.unlock_connector)
    def unlock(self, connector_id: int) -> Any:
        return call_result.UnlockConnector(UnlockStatus.unlocked)

    @on(Action.change_availability)
    def change_availability(self, connector_id: int, type: str) -> Any:  # noqa: A002 - as above
        return call_result.ChangeAvailability(AvailabilityStatus.scheduled)

    @on(Action.get_configuration)
    def get_configuration(self, key: list[str] | None = None) -> Any:
        setting = {"key": "HeartbeatInterval", "readonly": False, "value": "60"}
        return call_result.GetConfiguration([setting], unknown_key=["Nonsense"])

    @on(Action.change_configuration)
    def change_configuration(self, key: str, value: str) -> Any:
        return call_result.ChangeConfiguration(ConfigurationStatus.accepted)

    @on(Action.trigger_message)
    def trigger(self, requested_message: str, **_: Any) -> Any:
        return call_result.TriggerMessage(TriggerMessageStatus.not_implemented)


@pytest.fixture
async def station(platform: Platform) -> AsyncIterator[ForeignStation]:
    connection = await dial(f"{platform.url}/ocpp/CP1", headers=basic("CP1", PASSWORD))
    station = ForeignStation("CP1", connection, response_timeout=10)
    listening = asyncio.create_task(station.start())
    yield station
    await connection.close()
    with suppress(ConnectionClosed):
        await listening


async def ask(station: ForeignStation, request: Any) -> Any:
    """Calls; a CALLERROR is raised."""
    return await station.call(request, suppress=False)


def at(minutes: int) -> str:
    return (datetime.now(UTC) - timedelta(minutes=30 - minutes)).isoformat()


async def test_a_visit_from_boot_to_stop(platform: Platform, station: ForeignStation) -> None:
    booted = await ask(station, call.BootNotification("Model", "Vendor", firmware_version="1"))
    assert booted.status == "Accepted"
    assert booted.interval > 0
    assert (await ask(station, call.Heartbeat())).current_time.endswith("Z")
    free = (ChargePointErrorCode.no_error, ChargePointStatus.available)
    for connector in (0, 1):
        await ask(station, call.StatusNotification(connector, *free))
    assert (await ask(station, call.Authorize("AAAA"))).id_tag_info["status"] == "Accepted"
    assert (await ask(station, call.Authorize("nobody"))).id_tag_info["status"] == "Invalid"
    started = await ask(station, call.StartTransaction(1, "AAAA", 1_000, at(0)))
    values = [{"timestamp": at(5), "sampled_value": [{"value": "3000"}]}]
    await ask(station, call.MeterValues(1, values, transaction_id=started.transaction_id))
    stop = call.StopTransaction(6_000, at(10), started.transaction_id, id_tag="AAAA")
    assert (await ask(station, stop)).id_tag_info["status"] == "Accepted"
    await ask(station, call.FirmwareStatusNotification(FirmwareStatus.idle))
    await ask(station, call.DiagnosticsStatusNotification(DiagnosticsStatus.idle))
    assert (await ask(station, call.DataTransfer("v"))).status == "UnknownVendorId"
    session = await platform.one(models.Session)
    assert (session.state, session.energy_wh) == (Session.FINISHED, 5_000)
    assert [entry.violation for entry in await platform.messages() if entry.violation] == []


ORDERS: list[tuple[commands.Command, str, bool]] = [
    (commands.StartTransaction(1, 1, "AAAA", 1), "Accepted", True),
    (commands.StopTransaction("1"), "Rejected", False),
    (commands.Reset(commands.ResetKind.HARD), "Accepted", True),
    (commands.UnlockConnector(1, 1), "Unlocked", True),
    (commands.ChangeAvailability(1, commands.Availability.INOPERATIVE), "Scheduled", True),
    (SetConfiguration("HeartbeatInterval", "60"), "Accepted", True),
    (commands.TriggerMessage(commands.TriggeredMessage.HEARTBEAT), "NotImplemented", False),
]


async def test_what_it_is_told(platform: Platform, station: ForeignStation) -> None:
    for command, status, accepted in ORDERS:
        answer = await platform.bridge.stations.command(NAME, command, 10)
        assert (answer.status, answer.accepted) == (status, accepted)
    told = await platform.bridge.stations.command(NAME, GetConfiguration(), 10)
    assert told.configuration[0].value == "60"
    assert told.unknown_keys == ("Nonsense",)
