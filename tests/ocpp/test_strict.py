"""Strict mode: every breach of a schema gets its CALLERROR, and nothing of it is stored.

The cases are made from the schemas: for each message that a charger may send, each
field missing, of a wrong type, too long, not in the enum, and one too many.
"""

from importlib import resources
from typing import Any

import pytest

from server.store import models
from tests.ocpp.breaches import OF_1_6, TIME, breaches, schema_of
from tests.ocpp.conftest import Platform, PlatformMaker
from tests.ocpp.raw_charger import AVAILABLE, BOOT, RawCharger

SAMPLE = {
    "value": "1",
    "context": "Sample.Periodic",
    "format": "Raw",
    "measurand": "Voltage",
    "phase": "L1",
    "location": "Outlet",
    "unit": "V",
}
METER_VALUE = {"timestamp": TIME, "sampledValue": [SAMPLE]}
COMPLETE: dict[str, dict[str, Any]] = {
    "Authorize": {"idTag": "AAAA"},
    "BootNotification": {
        **BOOT,
        "chargeBoxSerialNumber": "B",
        "chargePointSerialNumber": "S",
        "firmwareVersion": "1",
        "iccid": "1",
        "imsi": "1",
        "meterSerialNumber": "1",
        "meterType": "1",
    },
    "DataTransfer": {"vendorId": "v", "messageId": "m", "data": "d"},
    "DiagnosticsStatusNotification": {"status": "Idle"},
    "FirmwareStatusNotification": {"status": "Idle"},
    "Heartbeat": {},
    "LogStatusNotification": {"status": "Idle", "requestId": 1},
    "MeterValues": {"connectorId": 1, "transactionId": 1, "meterValue": [METER_VALUE]},
    "SecurityEventNotification": {"type": "FirmwareUpdated", "timestamp": TIME, "techInfo": "t"},
    "SignCertificate": {"csr": "PEM"},
    "SignedFirmwareStatusNotification": {"status": "Idle", "requestId": 1},
    "StartTransaction": {
        "connectorId": 1,
        "idTag": "AAAA",
        "meterStart": 0,
        "reservationId": 1,
        "timestamp": TIME,
    },
    "StatusNotification": {
        **AVAILABLE,
        "info": "i",
        "timestamp": TIME,
        "vendorId": "v",
        "vendorErrorCode": "e",
    },
    "StopTransaction": {
        "transactionId": 1,
        "idTag": "AAAA",
        "meterStop": 1,
        "timestamp": TIME,
        "reason": "Local",
        "transactionData": [METER_VALUE],
    },
}
VALUE, EXTRA = OF_1_6.value, OF_1_6.extra


CASES = {
    action: list(breaches(schema_of("ocpp.v16", action), payload, OF_1_6))
    for action, payload in COMPLETE.items()
}


@pytest.fixture
async def strict(make_platform: PlatformMaker) -> Platform:
    return await make_platform(ocpp_strict=True)


@pytest.mark.parametrize("action", COMPLETE)
async def test_every_breach_gets_its_code_and_nothing_is_stored(
    strict: Platform, action: str
) -> None:
    charger = await strict.connect()
    before = await stored(strict)
    for case in CASES[action]:
        kind, code, description, details = await charger.call(action, case.payload)
        assert (kind, code, details) == (4, case.code, {}), (case.what, code, description)
    assert await stored(strict) == before
    assert await charger.ask("Heartbeat")


async def stored(platform: Platform) -> tuple[int, ...]:
    """How much there is of everything that a message may change."""
    tables = (models.Event, models.Session, models.MeterValue, models.Evse)
    return tuple([len(await platform.rows(table)) for table in tables])


def test_there_are_cases_for_every_message() -> None:
    assert all(CASES.values())
    assert sum(map(len, CASES.values())) > 150


@pytest.mark.parametrize("action", COMPLETE)
async def test_a_complete_message_passes(strict: Platform, action: str) -> None:
    charger = await strict.connect()
    kind, *_ = await charger.call(action, COMPLETE[action])
    assert kind == 3
    (entry,) = await strict.messages(action)
    assert entry.violation in {None, "before any BootNotification"}


@pytest.mark.parametrize(
    ("action", "field", "value"),
    [
        ("StartTransaction", "connectorId", 0),
        ("StartTransaction", "connectorId", -1),
        ("StatusNotification", "connectorId", 100_000),
        ("MeterValues", "connectorId", -5),
        ("StartTransaction", "meterStart", 2**60),
        ("StartTransaction", "timestamp", "2026-11-22"),
        ("Authorize", "idTag", "A\0B"),
    ],
)
async def test_what_the_schema_allows_and_makes_no_sense(
    strict: Platform, action: str, field: str, value: Any
) -> None:
    charger = await strict.connect()
    answer = await charger.call(action, {**COMPLETE[action], field: value})
    assert answer[:2] == [4, VALUE]
    assert not await strict.rows(models.Session)


@pytest.mark.parametrize("frame", ['[2,"1","Heartbeat"]', '[2,"1","Heartbeat",null]'])
async def test_a_call_without_a_payload_is_a_formation_violation(
    strict: Platform, frame: str
) -> None:
    charger = await strict.connect()
    await charger.send(frame)
    assert (await charger.receive())[:3] == [4, "1", EXTRA]


async def test_the_charge_points_own_setting_goes_first(make_platform: PlatformMaker) -> None:
    strict = await make_platform(ocpp_strict=True)
    await strict.update(models.ChargePoint, "chargePoints/OPEN", strict_ocpp=False)
    await strict.update(models.ChargePoint, "chargePoints/OTHER", strict_ocpp=True)
    extra = {**BOOT, "more": 1}
    lenient_one: RawCharger = await strict.connect("OPEN")
    strict_one: RawCharger = await strict.connect("OTHER")
    assert (await lenient_one.call("BootNotification", extra))[0] == 3
    assert (await strict_one.call("BootNotification", extra))[:2] == [4, EXTRA]


NOT_FOR_US = sorted(
    name.removesuffix(".json")
    for name in (entry.name for entry in (resources.files("ocpp.v16") / "schemas").iterdir())
    if not name.endswith("Response.json") and name.removesuffix(".json") not in COMPLETE
)


@pytest.mark.parametrize("lenient", [True, False])
async def test_every_other_message_gets_its_answer(
    make_platform: PlatformMaker, lenient: bool
) -> None:
    platform = await make_platform(ocpp_strict=not lenient)
    charger = await platform.connect()
    for action in NOT_FOR_US:
        assert (await charger.call(action, {}))[:2] == [4, "NotSupported"], action
    for action in ("Nonsense", "heartbeat", "", "TransactionEvent", "x" * 1000):
        assert (await charger.call(action, {}))[:2] == [4, "NotImplemented"], action
    assert len(NOT_FOR_US) == 25
