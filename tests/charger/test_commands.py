"""What a station does with the calls of a central system."""

import json
from pathlib import Path
from typing import Any

import jsonschema_rs
import ocpp.v16
import pytest

from clients.charger import CallError, Station
from tests.charger.central_system import CentralSystem, Payload

SCHEMAS = Path(ocpp.v16.__file__).parent / "schemas"


async def ask(central: CentralSystem, action: str, payload: Payload) -> Payload:
    """The answer, which must fit its schema."""
    frame = await central.call(action, payload)
    assert frame[0] == 3, frame
    schema = json.loads((SCHEMAS / f"{action}Response.json").read_text(encoding="utf-8-sig"))
    jsonschema_rs.validate(schema, frame[2])
    answer: Payload = frame[2]
    return answer


async def status_of(central: CentralSystem, action: str, payload: Payload) -> Any:
    return (await ask(central, action, payload))["status"]


START = {"idTag": "TAG", "connectorId": 1}


async def test_a_remote_start_and_stop(central: CentralSystem, station: Station) -> None:
    assert await status_of(central, "RemoteStartTransaction", START) == "Accepted"
    started = await central.called("StartTransaction")
    assert (started["connectorId"], started["idTag"]) == (1, "TAG")
    assert "Authorize" not in central.actions
    stop = {"transactionId": 1}
    await station.until(lambda: station.connectors[1].status == "Charging")
    assert await status_of(central, "RemoteStopTransaction", stop) == "Accepted"
    assert (await central.called("StopTransaction"))["reason"] == "Remote"
    assert await status_of(central, "RemoteStopTransaction", stop) == "Rejected"


async def test_a_remote_start_may_have_to_be_authorized(
    central: CentralSystem, station: Station
) -> None:
    station.configuration.set("AuthorizeRemoteTxRequests", "true")
    central.answers["Authorize"] = lambda _: {"idTagInfo": {"status": "Blocked"}}
    assert await status_of(central, "RemoteStartTransaction", START) == "Accepted"
    await central.called("Authorize")
    central.answers["Authorize"] = lambda _: {"idTagInfo": {"status": "Accepted"}}
    assert await status_of(central, "RemoteStartTransaction", {"idTag": "B"}) == "Accepted"
    assert (await central.called("StartTransaction"))["idTag"] == "B"


async def test_a_busy_connector_is_refused(central: CentralSystem, station: Station) -> None:
    await station.start(1)
    assert await status_of(central, "RemoteStartTransaction", START) == "Rejected"
    other = {"idTag": "TAG", "connectorId": 3}
    assert await status_of(central, "RemoteStartTransaction", other) == "Rejected"
    assert await status_of(central, "RemoteStartTransaction", {"idTag": "TAG"}) == "Accepted"
    assert (await central.called("StartTransaction", 2))["connectorId"] == 2


async def test_nobody_plugs_in(central: CentralSystem, station: Station) -> None:
    station.car_waiting = False
    station.configuration.set("ConnectionTimeOut", "0")
    assert await status_of(central, "RemoteStartTransaction", START) == "Accepted"
    await central.until(
        lambda: (
            [one["status"] for one in central.payloads("StatusNotification")]
            == ["Preparing", "Available"]
        )
    )
    assert "StartTransaction" not in central.actions


@pytest.mark.parametrize(("kind", "reason"), [("Soft", "SoftReset"), ("Hard", "HardReset")])
async def test_a_reset_ends_sessions_and_boots_anew(
    central: CentralSystem, station: Station, kind: str, reason: str
) -> None:
    await station.boot()
    await station.start(1)
    assert await status_of(central, "Reset", {"type": kind}) == "Accepted"
    await central.until(lambda: len(central.connections) == 2)
    assert (await central.called("StopTransaction"))["reason"] == reason
    await central.called("BootNotification", 2)
    order = [one for one in central.actions if one in ("BootNotification", "StopTransaction")]
    soft = ["BootNotification", "StopTransaction", "BootNotification"]
    await central.called("StatusNotification", 4)
    assert order == soft if kind == "Soft" else order[:2] == ["BootNotification"] * 2


async def test_unlocking_ends_the_session(central: CentralSystem, station: Station) -> None:
    await station.start(1)
    assert await status_of(central, "UnlockConnector", {"connectorId": 1}) == "Unlocked"
    assert (await central.called("StopTransaction"))["reason"] == "UnlockCommand"
    assert await status_of(central, "UnlockConnector", {"connectorId": 0}) == "NotSupported"


async def test_a_connector_closes_and_opens(central: CentralSystem, station: Station) -> None:
    close = {"connectorId": 2, "type": "Inoperative"}
    assert await status_of(central, "ChangeAvailability", close) == "Accepted"
    assert (await central.called("StatusNotification"))["status"] == "Unavailable"
    assert await status_of(central, "RemoteStartTransaction", START | {"connectorId": 2}) == (
        "Rejected"
    )
    opened = {"connectorId": 2, "type": "Operative"}
    assert await status_of(central, "ChangeAvailability", opened) == "Accepted"
    assert (await central.called("StatusNotification", 2))["status"] == "Available"


async def test_a_station_closes_when_its_session_ends(
    central: CentralSystem, station: Station
) -> None:
    session = await station.start(1)
    close = {"connectorId": 0, "type": "Inoperative"}
    assert await status_of(central, "ChangeAvailability", close) == "Scheduled"
    await station.until(lambda: station.connectors[2].status == "Unavailable")
    assert station.connectors[1].status == "Charging"
    await session.stop()
    assert station.connectors[1].status == "Unavailable"


async def test_configuration_is_read(central: CentralSystem, station: Station) -> None:
    answer = await ask(central, "GetConfiguration", {"key": ["NumberOfConnectors", "Colour"]})
    assert answer["configurationKey"] == [
        {"key": "NumberOfConnectors", "readonly": True, "value": "2"}
    ]
    assert answer["unknownKey"] == ["Colour"]
    everything = await ask(central, "GetConfiguration", {})
    assert len(everything["configurationKey"]) > 20


@pytest.mark.parametrize(
    ("key", "value", "status"),
    [
        ("HeartbeatInterval", "60", "Accepted"),
        ("HeartbeatInterval", "soon", "Rejected"),
        ("AuthorizeRemoteTxRequests", "maybe", "Rejected"),
        ("MeterValuesSampledData", "SoC,Voltage", "Accepted"),
        ("MeterValuesSampledData", "Voltage,Temperature,Power.Offered", "Accepted"),
        ("MeterValuesSampledData", "Mood", "Rejected"),
        ("NumberOfConnectors", "5", "Rejected"),
        ("WebSocketPingInterval", "30", "RebootRequired"),
        ("Colour", "blue", "NotSupported"),
    ],
)
async def test_configuration_is_changed(
    central: CentralSystem, station: Station, key: str, value: str, status: str
) -> None:
    change = {"key": key, "value": value}
    assert await status_of(central, "ChangeConfiguration", change) == status
    if status in ("Accepted", "RebootRequired"):
        assert station.configuration[key] == value


@pytest.mark.parametrize(
    "kind",
    [
        "BootNotification",
        "Heartbeat",
        "StatusNotification",
        "MeterValues",
        "DiagnosticsStatusNotification",
        "FirmwareStatusNotification",
    ],
)
async def test_it_says_what_it_is_asked_to(
    central: CentralSystem, station: Station, kind: str
) -> None:
    asked = {"requestedMessage": kind, "connectorId": 1}
    assert await status_of(central, "TriggerMessage", asked) == "Accepted"
    payload = await central.called(kind)
    schema = json.loads((SCHEMAS / f"{kind}.json").read_text(encoding="utf-8-sig"))
    jsonschema_rs.validate(schema, payload)


async def test_the_rest(central: CentralSystem, station: Station) -> None:
    odd = {"requestedMessage": "Heartbeat", "connectorId": 9}
    assert await status_of(central, "TriggerMessage", odd) == "Rejected"
    assert await status_of(central, "ClearCache", {}) == "Accepted"
    ours = {"vendorId": "Ampline", "data": "echo"}
    assert await ask(central, "DataTransfer", ours) == {"status": "Accepted", "data": "echo"}
    assert await status_of(central, "DataTransfer", {"vendorId": "X"}) == "UnknownVendorId"
    assert (await central.call("Nonsense", {}))[:3] == [4, "c-1", "NotImplemented"]


@pytest.mark.parametrize("purpose", ["TxProfile", "TxDefaultProfile"])
async def test_no_limit_is_kept_where_there_is_no_connector(
    central: CentralSystem, station: Station, purpose: str
) -> None:
    asked = {"connectorId": 5, "duration": 60, "chargingRateUnit": "A"}
    assert await ask(central, "GetCompositeSchedule", asked) == {"status": "Rejected"}
    profile = {
        "chargingProfileId": 1,
        "stackLevel": 0,
        "chargingProfilePurpose": purpose,
        "chargingProfileKind": "Relative",
        "chargingSchedule": {
            "chargingRateUnit": "A",
            "chargingSchedulePeriod": [{"startPeriod": 0, "limit": 6}],
        },
    }
    set_there = {"connectorId": 5, "csChargingProfiles": profile}
    assert await status_of(central, "SetChargingProfile", set_there) == "Rejected"
    assert await status_of(central, "ClearCache", {}) == "Accepted", "it is still there"


async def test_a_call_that_makes_no_sense_is_refused(
    central: CentralSystem, station: Station
) -> None:
    assert (await central.call("RemoteStopTransaction", {}))[2] == "FormationViolation"
    assert (await central.call("Reset", [1]))[2] == "FormationViolation"  # type: ignore[arg-type]
    assert (await central.call("GetConfiguration", {}))[0] == 3


async def test_answers_can_be_told(central: CentralSystem, station: Station) -> None:
    station.answer_with("Reset", {"status": "Rejected"})
    assert await status_of(central, "Reset", {"type": "Soft"}) == "Rejected"
    station.answer_with("Reset", CallError("InternalError", "no"))
    assert await central.call("Reset", {"type": "Soft"}) == [4, "c-1", "InternalError", "no", {}]
    command = await station.received("Reset")
    assert (command.message_id, command.payload) == ("c-1", {"type": "Soft"})


async def test_a_silent_station_may_answer_late(central: CentralSystem, station: Station) -> None:
    station.answer_with("ClearCache", None)
    asked = central.call("ClearCache", {}, "c-2")
    station.spawn(asked)
    command = await station.received("ClearCache")
    await station.send_raw(json.dumps([3, command.message_id, {"status": "Accepted"}]))
    await central.until(lambda: [3, "c-2", {"status": "Accepted"}] in central.frames)


async def test_raw_frames(central: CentralSystem, station: Station) -> None:
    assert (await station.call_raw([2, 17, "Heartbeat", {}]))[:2] == [3, 17]
    await central.connections[-1].send('[3, "nobody", {}]')
    assert await station.receive_raw() == '[3, "nobody", {}]'
    await central.connections[-1].send("no frame")
    assert await station.receive_raw() == "no frame"
