"""Boots, statuses, transfers, data (cases 6, 7, 22)."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from ampline.v1.charge_point_pb2 import ChargePoint
from ampline.v1.evse_pb2 import Evse
from server.store import models
from tests.ocpp.conftest import Platform, PlatformMaker
from tests.ocpp.raw_charger import BOOT, RawCharger

OPEN = "chargePoints/OPEN"
FULL_BOOT = {
    **BOOT,
    "chargePointSerialNumber": "SN",
    "chargeBoxSerialNumber": "BOX",
    "firmwareVersion": "1.2.3",
    "iccid": "I",
    "imsi": "M",
    "meterType": "T",
    "meterSerialNumber": "MSN",
}


def status(word: str, connector: int = 1, **more: Any) -> dict[str, Any]:
    return {"connectorId": connector, "status": word, "errorCode": "NoError", **more}


def ago(**how_long: float) -> str:
    moment = datetime.now(UTC) - timedelta(**how_long)
    return moment.strftime("%Y-%m-%dT%H:%M:%S.000Z")


async def evse(platform: Platform, number: int = 1) -> models.Evse:
    found: models.Evse = await platform.one(
        models.Evse, models.Evse.name == f"{OPEN}/evses/{number}"
    )
    return found


async def test_a_boot_is_registered(platform: Platform, charger: RawCharger) -> None:
    answer = await charger.ask("BootNotification", FULL_BOOT)
    assert answer["status"] == "Accepted"
    told = datetime.fromisoformat(answer["currentTime"])
    assert abs(told - datetime.now(UTC)) < timedelta(seconds=10)
    row = await platform.one(models.ChargePoint, models.ChargePoint.name == OPEN)
    kept = (row.vendor, row.model, row.serial_number, row.charge_box_serial_number)
    assert kept == ("Vendor", "Model", "SN", "BOX")
    assert (row.firmware_version, row.iccid, row.imsi) == ("1.2.3", "I", "M")
    assert (row.meter_type, row.meter_serial_number) == ("T", "MSN")
    assert row.registration_status == "Accepted"
    assert row.last_boot_time is not None
    (event,) = await platform.events("charge_point.booted")
    booted = event.charge_point_booted
    assert (event.subject, event.location) == (OPEN, "locations/home")
    assert (booted.vendor, booted.firmware_version, booted.iccid) == ("Vendor", "1.2.3", "I")
    assert (booted.registration_status, booted.ocpp_version) == ("Accepted", 1)


async def test_who_is_disabled_is_rejected(platform: Platform, charger: RawCharger) -> None:
    await platform.update(models.ChargePoint, OPEN, state=ChargePoint.DISABLED)
    assert (await charger.ask("BootNotification", BOOT))["status"] == "Rejected"
    row = await platform.one(models.ChargePoint, models.ChargePoint.name == OPEN)
    assert (row.registration_status, row.vendor) == ("Rejected", None)


async def test_who_was_deleted_meanwhile_is_rejected(
    platform: Platform, charger: RawCharger
) -> None:
    delete = models.ChargePoint.delete().where(models.ChargePoint.name == OPEN)
    await platform.lane.write(lambda unit: unit.execute(delete))
    assert (await charger.ask("BootNotification", BOOT))["status"] == "Rejected"
    assert await charger.ask("Heartbeat")


async def test_heartbeat_intervals_differ(make_platform: PlatformMaker) -> None:
    platform = await make_platform(heartbeat=1_000)
    charger = await platform.connect()
    intervals = {(await charger.ask("BootNotification", BOOT))["interval"] for _ in range(20)}
    assert len(intervals) > 5
    assert all(900 <= interval <= 1_000 for interval in intervals)


async def test_a_status_is_kept_and_told_once(platform: Platform, charger: RawCharger) -> None:
    time = ago(minutes=1)
    for _ in range(3):
        await charger.ask("StatusNotification", status("Available", timestamp=time))
    await charger.ask("StatusNotification", status("Preparing"))
    assert (await evse(platform)).hardware_status == Evse.PREPARING
    first, second = await platform.events("evse.hardware_status_changed")
    changed = first.evse_hardware_status_changed
    assert (changed.old_status, changed.new_status, changed.connector) == (0, Evse.AVAILABLE, 1)
    assert first.time.ToDatetime(UTC) == datetime.fromisoformat(time)
    assert (first.subject, first.charge_point) == (f"{OPEN}/evses/1", OPEN)
    assert second.evse_hardware_status_changed.old_status == Evse.AVAILABLE


@pytest.mark.parametrize(
    "word",
    [
        "Available",
        "Preparing",
        "Charging",
        "SuspendedEVSE",
        "SuspendedEV",
        "Finishing",
        "Reserved",
        "Unavailable",
        "Faulted",
    ],
)
async def test_every_status_of_an_evse(platform: Platform, charger: RawCharger, word: str) -> None:
    await charger.ask("StatusNotification", status(word, connector=3))
    name = Evse.HardwareStatus.Name((await evse(platform, 3)).hardware_status)  # type: ignore[arg-type]
    assert name.replace("_", "") == word.upper()


async def test_a_fault_is_told_with_its_codes(platform: Platform, charger: RawCharger) -> None:
    await charger.ask(
        "StatusNotification",
        {
            "connectorId": 1,
            "status": "Faulted",
            "errorCode": "GroundFailure",
            "info": "wet",
            "vendorId": "v",
            "vendorErrorCode": "E17",
        },
    )
    row = await evse(platform)
    kept = (row.error_code, row.error_info, row.vendor_id, row.vendor_error_code)
    assert kept == ("GroundFailure", "wet", "v", "E17")
    (event,) = await platform.events("evse.hardware_status_changed")
    changed = event.evse_hardware_status_changed
    assert (changed.error_code, changed.error_info) == ("GroundFailure", "wet")
    assert (changed.vendor_id, changed.vendor_error_code) == ("v", "E17")
    await charger.ask("StatusNotification", status("Available"))
    assert (await evse(platform)).error_code is None


async def test_connector_0_is_the_whole_charge_point(
    platform: Platform, charger: RawCharger
) -> None:
    await charger.ask("StatusNotification", status("Unavailable", connector=0))
    await charger.ask("StatusNotification", status("Unavailable", connector=0))
    row = await platform.one(models.ChargePoint, models.ChargePoint.name == OPEN)
    assert row.hardware_status == ChargePoint.UNAVAILABLE
    assert abs(row.hardware_status_time / 1e6 - datetime.now(UTC).timestamp()) < 10
    (event,) = await platform.events("charge_point.hardware_status_changed")
    assert event.charge_point_hardware_status_changed.new_status == ChargePoint.UNAVAILABLE
    assert not await platform.rows(models.Evse)


async def test_old_news_do_not_turn_the_status_back(
    platform: Platform, charger: RawCharger
) -> None:
    for connector in (0, 1):
        await charger.ask(
            "StatusNotification", status("Unavailable", connector, timestamp=ago(minutes=1))
        )
        for hours in (5, 4, 3):
            old = status("Faulted", connector, timestamp=ago(hours=hours))
            await charger.ask("StatusNotification", old)
    assert (await evse(platform)).hardware_status == Evse.UNAVAILABLE
    row = await platform.one(models.ChargePoint, models.ChargePoint.name == OPEN)
    assert row.hardware_status == ChargePoint.UNAVAILABLE
    assert len(await platform.events("evse.hardware_status_changed")) == 1
    assert len(await platform.messages("StatusNotification")) == 8


@pytest.mark.parametrize("wrong", ["1970-01-01T00:00:00Z", "2099-01-01T00:00:00Z"])
async def test_a_wrong_clock_does_not_hold_the_status(
    platform: Platform, charger: RawCharger, wrong: str
) -> None:
    await charger.ask("StatusNotification", status("Faulted", timestamp=wrong))
    await charger.ask("StatusNotification", status("Available"))
    assert (await evse(platform)).hardware_status == Evse.AVAILABLE


async def test_a_clock_a_little_ahead_does_not_hold_it_either(
    platform: Platform, charger: RawCharger
) -> None:
    await charger.ask("StatusNotification", status("Faulted", timestamp=ago(minutes=-4)))
    await charger.ask("StatusNotification", status("Available", timestamp=ago(minutes=-3)))
    await charger.ask("StatusNotification", status("Preparing"))
    assert (await evse(platform)).hardware_status == Evse.PREPARING


async def test_an_evse_that_nobody_registered_is_made(
    platform: Platform, charger: RawCharger
) -> None:
    await charger.send([2, "1", "StatusNotification", status("Preparing", connector=4)])
    start = {"connectorId": 4, "idTag": "AAAA", "meterStart": 0, "timestamp": ago(seconds=0)}
    await charger.send([2, "2", "StartTransaction", start])  # pipelined
    assert await charger.receive() == [3, "1", {}]
    started = (await charger.receive())[2]
    assert started["transactionId"] > 0
    assert started["idTagInfo"]["status"] == "Accepted"
    row = await evse(platform, 4)
    assert (row.number, row.location, row.charge_point) == (4, "locations/home", OPEN)


@pytest.mark.parametrize(
    ("action", "type_"),
    [
        ("FirmwareStatusNotification", "charge_point.firmware_status"),
        ("DiagnosticsStatusNotification", "charge_point.log_status"),
    ],
)
async def test_transfers_are_told(
    platform: Platform, charger: RawCharger, action: str, type_: str
) -> None:
    assert await charger.ask(action, {"status": "Idle"}) == {}
    (event,) = await platform.events(type_)
    assert (event.subject, event.charge_point_transfer_status.status) == (OPEN, "Idle")


async def test_vendors_data_is_kept_and_not_known(platform: Platform, charger: RawCharger) -> None:
    data = {"vendorId": "com.example", "messageId": "m", "data": '{"a": 1}'}
    assert await charger.ask("DataTransfer", data) == {"status": "UnknownVendorId"}
    (event,) = await platform.events("charge_point.data_transfer_received")
    told = event.charge_point_data_transfer
    assert (told.vendor_id, told.message_id, told.data) == ("com.example", "m", '{"a": 1}')


async def test_when_it_was_last_heard(platform: Platform, charger: RawCharger) -> None:
    await charger.ask("Heartbeat")
    platform.bridge.stations.tell_seen()
    row = await platform.one(models.ChargePoint, models.ChargePoint.name == OPEN)
    first = row.last_seen_time
    await charger.ask("Heartbeat")
    platform.bridge.stations.tell_seen()
    row = await platform.one(models.ChargePoint, models.ChargePoint.name == OPEN)
    assert row.last_seen_time > first > row.connected_since
