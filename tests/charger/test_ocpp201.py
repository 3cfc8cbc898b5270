"""A station of OCPP 2.0.1, and of 2.1: what it says, and what it does when it is told to."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from types import ModuleType
from typing import Any

import jsonschema_rs
import ocpp.v21
import ocpp.v201
import pytest

from clients.charger import Car, Station
from clients.charger.ocpp201 import Ocpp21, Ocpp201
from tests.charger.central_system import CentralSystem, Payload

VERSIONS = {"2.0.1": (Ocpp201, ocpp.v201), "2.1": (Ocpp21, ocpp.v21)}
EVENT = "TransactionEvent"


@pytest.fixture(params=VERSIONS)
def version(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
async def station(central: CentralSystem, version: str) -> AsyncIterator[Station]:
    """Says nothing that its schemas do not allow."""
    dialect, package = VERSIONS[version]
    async with Station(
        central.url, "CP-1", "a long password", connectors=2, dialect=dialect()
    ) as station:
        yield station
    for action, payload in central.calls:
        fits(package, f"{action}Request", payload)


def fits(package: ModuleType, name: str, payload: Payload) -> None:
    file = Path(str(package.__file__)).parent / "schemas" / f"{name}.json"
    jsonschema_rs.validate(json.loads(file.read_text("utf-8-sig")), payload)


async def ask(central: CentralSystem, version: str, action: str, payload: Payload) -> Payload:
    """The answer, which must fit its schema, as the question must."""
    package = VERSIONS[version][1]
    fits(package, f"{action}Request", payload)
    frame = await central.call(action, payload)
    assert frame[0] == 3, frame
    fits(package, f"{action}Response", frame[2])
    answer: Payload = frame[2]
    return answer


def steps(central: CentralSystem) -> list[Any]:
    """Of each step: what it is, why, and what the car does."""
    return [
        (one["eventType"], one["triggerReason"], one["transactionInfo"].get("chargingState"))
        for one in central.payloads(EVENT)
    ]


async def test_a_visit_is_told_step_by_step(central: CentralSystem, station: Station) -> None:
    await station.boot()
    await station.announce()
    await station.plug_in(1, Car(soc=40))
    assert await station.authorize("TAG") == "Accepted"
    session = await station.start(1, "TAG", meter_start=1000)
    await session.meter(energy_wh=1200, power_w=11_000)
    await session.stop(energy_wh=5000, id_tag="TAG")
    await station.unplug(1)
    assert session.accepted
    assert steps(central) == [
        ("Started", "Authorized", "EVConnected"),
        ("Updated", "ChargingStateChanged", "Charging"),
        ("Updated", "MeterValuePeriodic", None),
        ("Ended", "StopAuthorized", "EVConnected"),
    ]
    told = central.payloads(EVENT)
    assert [one["seqNo"] for one in told] == [0, 1, 2, 3]
    assert {one["transactionInfo"]["transactionId"] for one in told} == {session.transaction_id}
    assert not [one for one in told if one.get("offline")]
    registers = [told[at]["meterValue"][-1]["sampledValue"][0]["value"] for at in (0, 2, 3)]
    assert registers == [1000, 2200, 6000]
    statuses = [
        (one["evseId"], one["connectorStatus"]) for one in central.payloads("StatusNotification")
    ]
    assert statuses == [(1, "Available"), (2, "Available"), (1, "Occupied"), (1, "Available")]


async def test_what_happened_offline_is_told_as_such(
    central: CentralSystem, station: Station
) -> None:
    await station.boot()
    await station.cut()
    session = await station.start(1, "TAG")
    await session.meter(energy_wh=500)
    await station.connect()
    await station.flush()
    await session.stop()
    told = central.payloads(EVENT)
    assert [one.get("offline", False) for one in told] == [True, True, True, False]
    assert [one["seqNo"] for one in told] == [0, 1, 2, 3]


async def test_it_is_started_and_stopped_from_afar(
    central: CentralSystem, station: Station, version: str
) -> None:
    start = {"idToken": {"idToken": "APP", "type": "Central"}, "remoteStartId": 7, "evseId": 2}
    assert (await ask(central, version, "RequestStartTransaction", start))["status"] == "Accepted"
    started = await central.called(EVENT)
    assert started["triggerReason"] == "RemoteStart"
    assert started["transactionInfo"]["remoteStartId"] == 7
    assert started["evse"] == {"id": 2, "connectorId": 1}
    stop = {"transactionId": started["transactionInfo"]["transactionId"]}
    assert (await ask(central, version, "RequestStopTransaction", stop))["status"] == "Accepted"
    ended = await central.called(EVENT, 3)
    assert ended["transactionInfo"]["stoppedReason"] == "Remote"
    assert (await ask(central, version, "RequestStopTransaction", stop))["status"] == "Rejected"


async def test_a_reset_waits_until_it_is_idle(
    central: CentralSystem, station: Station, version: str
) -> None:
    await station.boot()
    session = await station.start(1, "TAG")
    answer = await ask(central, version, "Reset", {"type": "OnIdle"})
    assert answer["status"] == "Scheduled"
    await session.stop()
    await central.called("BootNotification", 2)
    answer = await ask(central, version, "Reset", {"type": "Immediate"})
    assert answer["status"] == "Accepted"
    await central.called("BootNotification", 3)


@pytest.mark.parametrize(
    ("action", "payload", "status"),
    [
        ("UnlockConnector", {"evseId": 1, "connectorId": 1}, "Unlocked"),
        ("UnlockConnector", {"evseId": 9, "connectorId": 1}, "UnknownConnector"),
        ("ChangeAvailability", {"operationalStatus": "Inoperative"}, "Accepted"),
        ("ChangeAvailability", {"operationalStatus": "Operative", "evse": {"id": 9}}, "Rejected"),
        ("TriggerMessage", {"requestedMessage": "Heartbeat"}, "Accepted"),
        ("TriggerMessage", {"requestedMessage": "SignV2GCertificate"}, "NotImplemented"),
        ("ClearCache", {}, "Accepted"),
        ("GetCompositeSchedule", {"evseId": 9, "duration": 60}, "Rejected"),
        ("DataTransfer", {"vendorId": "nobody"}, "UnknownVendorId"),
        ("GetLocalListVersion", {}, None),
        ("GetTransactionStatus", {"transactionId": "unknown"}, None),
        ("CostUpdated", {"totalCost": 1.5, "transactionId": "t"}, None),
    ],
)
async def test_it_answers_what_it_is_asked(
    central: CentralSystem,
    station: Station,
    version: str,
    action: str,
    payload: Payload,
    status: str | None,
) -> None:
    assert (await ask(central, version, action, payload)).get("status") == status


async def test_it_keeps_a_local_list(
    central: CentralSystem, station: Station, version: str
) -> None:
    def entry(card: str, **info: object) -> Payload:
        return {"idToken": {"idToken": card, "type": "ISO14443"}, **info}

    known = entry("A", idTokenInfo={"status": "Accepted"})
    whole = {"versionNumber": 3, "updateType": "Full", "localAuthorizationList": [known]}
    assert (await ask(central, version, "SendLocalList", whole))["status"] == "Accepted"
    assert station.local_list.statuses == {"A": "Accepted"}
    change = {**whole, "updateType": "Differential", "localAuthorizationList": [entry("A")]}
    assert (await ask(central, version, "SendLocalList", change))["status"] == "VersionMismatch"
    change["versionNumber"] = 4
    assert (await ask(central, version, "SendLocalList", change))["status"] == "Accepted"
    assert station.local_list.statuses == {}
    assert (await ask(central, version, "GetLocalListVersion", {}))["versionNumber"] == 4


async def test_its_settings_are_variables(
    central: CentralSystem, station: Station, version: str
) -> None:
    sampled = {
        "component": {"name": "SampledDataCtrlr"},
        "variable": {"name": "TxUpdatedInterval"},
    }
    wanted = {"setVariableData": [{**sampled, "attributeValue": "15"}]}
    answer = await ask(central, version, "SetVariables", wanted)
    assert answer["setVariableResult"][0]["attributeStatus"] == "Accepted"
    assert station.configuration["MeterValueSampleInterval"] == "15"
    odd = {"component": {"name": "Nothing"}, "variable": {"name": "Nowhere"}}
    asked = {"getVariableData": [sampled, odd]}
    first, second = (await ask(central, version, "GetVariables", asked))["getVariableResult"]
    assert first["attributeValue"] == "15"
    assert second["attributeStatus"] == "UnknownComponent"
    report = {"requestId": 3, "reportBase": "FullInventory"}
    assert (await ask(central, version, "GetBaseReport", report))["status"] == "Accepted"
    await central.until(lambda: any(not part["tbc"] for part in central.payloads("NotifyReport")))
    told = [one for part in central.payloads("NotifyReport") for one in part["reportData"]]
    values = {one["variable"]["name"]: one["variableAttribute"][0]["value"] for one in told}
    assert values["TxUpdatedInterval"] == "15"
    assert values["Enabled"] == "true"  # of the display of costs
    fixed = {
        "component": {"name": "TariffCostCtrlr"},
        "variable": {"name": "Enabled", "instance": "Cost"},
    }
    wanted = {"setVariableData": [{**fixed, "attributeValue": "false"}]}
    answer = await ask(central, version, "SetVariables", wanted)
    assert answer["setVariableResult"][0]["attributeStatus"] == "Rejected"
    cost = {"totalCost": 1.25, "transactionId": "tx"}
    assert await ask(central, version, "CostUpdated", cost) == {}
    assert station.costs == {"tx": 1.25}
