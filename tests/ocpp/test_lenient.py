"""Lenient mode: what can be repaired without a guess about money is, and is noted (case 10)."""

import json
from typing import Any

import pytest

from server.ocpp.dialect import Dialect
from server.ocpp.dialect16 import OCPP_1_6
from server.ocpp.faults import Fault, FaultyError
from server.ocpp.link.frames import Call
from server.ocpp.understanding import Understood, understand
from server.store import models
from tests.ocpp.breaches import TIME
from tests.ocpp.conftest import Platform
from tests.ocpp.raw_charger import AVAILABLE, BOOT, RawCharger
from tests.ocpp.test_strict import COMPLETE, SAMPLE

START = COMPLETE["StartTransaction"]
STOP = COMPLETE["StopTransaction"]


def heard(action: str, payload: Any, dialect: Dialect = OCPP_1_6) -> Understood:
    return understand(dialect, Call("1", action, payload), b"", lenient=True)


def fact(action: str, payload: Any) -> Any:
    """The fact of a message that had to be repaired."""
    understood = heard(action, payload)
    assert understood.notes
    return understood.fact


@pytest.mark.parametrize(
    ("change", "attribute", "value"),
    [
        ({"connectorId": "2"}, "evse", 2),
        ({"connectorId": 2.0}, "evse", 2),
        ({"meterStart": "12"}, "meter_start_wh", 12),
        ({"meterStart": 12.6}, "meter_start_wh", 13),
        ({"meterStart": "12.4"}, "meter_start_wh", 12),
        ({"idTag": 4711}, "token", "4711"),
        ({"idTag": "x" * 255}, "token", "x" * 255),
        ({"idTag": "x" * 300}, "token", "x" * 255),
        ({"reservationId": None}, "reservation_id", None),
        ({"reservationId": ""}, "reservation_id", None),
        ({"more": {"a": [1]}}, "token", "AAAA"),
    ],
)
def test_starts_are_repaired(change: dict[str, Any], attribute: str, value: Any) -> None:
    assert getattr(fact("StartTransaction", {**START, **change}), attribute) == value


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-22T10:00:00",
        "2026-11-22 10:00:00",
        "2026-11-22T12:00:00+02",
        "2026-11-22T12:00:00+0200",
        "20261122T100000Z",
        "2026-11-22T10:00",
        "2026-11-22 10:00:00.0000001Z",
    ],
)
def test_times_are_repaired(text: str) -> None:
    started = fact("StartTransaction", {**START, "timestamp": text})
    assert started.time.isoformat() == "2026-11-22T10:00:00+00:00"


@pytest.mark.parametrize(
    ("text", "utc"),
    [
        ("2026-11-22T10:00:00", "2026-11-22T09:00:00+00:00"),
        ("2026-07-22T10:00:00", "2026-07-22T08:00:00+00:00"),
        ("2026-07-22T10:00:00Z", "2026-07-22T10:00:00+00:00"),
        ("2026-07-22T10:00:00+01", "2026-07-22T09:00:00+00:00"),
    ],
)
def test_times_without_an_offset_are_at_the_chargers_clock(text: str, utc: str) -> None:
    there = OCPP_1_6.by_clock("Europe/Amsterdam")
    understood = heard("StartTransaction", {**START, "timestamp": text}, there)
    assert understood.fact.time.isoformat() == utc  # type: ignore[union-attr]
    assert bool(understood.notes) is not text.endswith("Z")


@pytest.mark.parametrize(
    "text", ["2026-11-22T10:00:00Z", "2026-11-22t10:00:00z", "2026-11-22T12:00:00.000+02:00"]
)
def test_good_times_are_no_violation(text: str) -> None:
    understood = heard("StartTransaction", {**START, "timestamp": text})
    assert not understood.notes
    assert understood.fact.time.isoformat() == "2026-11-22T10:00:00+00:00"  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("action", "payload", "fault"),
    [
        ("StartTransaction", {**START, "timestamp": "yesterday"}, Fault.PROPERTY),
        ("StartTransaction", {**START, "timestamp": ""}, Fault.OCCURRENCE),
        ("StartTransaction", {**START, "timestamp": None}, Fault.OCCURRENCE),
        ("StartTransaction", {**START, "timestamp": "2026-11-22"}, Fault.PROPERTY),
        ("StartTransaction", {**START, "timestamp": 1_700_000_000}, Fault.PROPERTY),
        ("StartTransaction", {**START, "connectorId": "one"}, Fault.TYPE),
        ("StartTransaction", {**START, "connectorId": 1.5}, Fault.TYPE),
        ("StartTransaction", {**START, "connectorId": True}, Fault.TYPE),
        ("StartTransaction", {**START, "connectorId": 0}, Fault.PROPERTY),
        ("StartTransaction", {**START, "meterStart": None}, Fault.OCCURRENCE),
        ("StartTransaction", {**START, "meterStart": "1e400"}, Fault.TYPE),
        ("StartTransaction", {**START, "meterStart": "9" * 30}, Fault.PROPERTY),
        ("StartTransaction", {**START, "meterStart": "9" * 9_999}, Fault.TYPE),
        ("StartTransaction", {**START, "meterStart": "1_0"}, Fault.TYPE),
        ("StartTransaction", {**START, "idTag": {"id": "A"}}, Fault.TYPE),
        ("StatusNotification", {**AVAILABLE, "status": "Resting"}, Fault.PROPERTY),
        ("StatusNotification", {"connectorId": 1}, Fault.OCCURRENCE),
        ("MeterValues", {"connectorId": 1, "meterValue": []}, Fault.OCCURRENCE),
        ("MeterValues", {"connectorId": 1, "meterValue": "x"}, Fault.TYPE),
        ("MeterValues", {"connectorId": 1, "meterValue": [{"timestamp": TIME}]}, Fault.OCCURRENCE),
        ("BootNotification", {"chargePointVendor": "v"}, Fault.OCCURRENCE),
        ("Authorize", {}, Fault.OCCURRENCE),
    ],
)
def test_what_is_missing_or_unusable_is_refused(action: str, payload: Any, fault: Fault) -> None:
    with pytest.raises(FaultyError) as caught:
        heard(action, payload)
    assert caught.value.fault is fault


def sampled(**change: Any) -> Any:
    sample = {key: each for key, each in {**SAMPLE, **change}.items() if each != "absent"}
    payload = {"connectorId": 1, "meterValue": [{"timestamp": TIME, "sampledValue": [sample]}]}
    understood = heard("MeterValues", payload)
    (found,) = understood.fact.samples[0].values  # type: ignore[union-attr]
    return found


@pytest.mark.parametrize(
    ("measurand", "unit", "raw", "value", "in_unit"),
    [
        ("absent", "absent", "1500", 1500, "Wh"),
        ("absent", "kWh", "1.5", 1500, "Wh"),
        ("Energy.Active.Import.Register", "absent", "7", 7, "Wh"),
        ("Energy.Reactive.Import.Register", "kvarh", "2", 2000, "varh"),
        ("Power.Active.Import", "kW", "7.2", 7200, "W"),
        ("Power.Active.Import", "absent", "7200", 7200, "W"),
        ("Current.Import", "A", "16", 16, "A"),
        ("Voltage", "absent", "230", 230, "V"),
        ("SoC", "Percent", "80", 80, "Percent"),
        ("SoC", "%", "80", 80, "Percent"),
        ("Temperature", "Celcius", "20", 20, "Celsius"),
        ("Temperature", "K", "293.15", 20, "Celsius"),
        ("Temperature", "Fahrenheit", "68", 20, "Celsius"),
        ("Frequency", "Hz", "50", 50, "Hertz"),
        ("Vendor.Own", "furlong", "5", 5, "furlong"),
        ("Voltage", "V", " 230.5 ", 230.5, "V"),
        ("Voltage", "V", "NaN", None, "V"),
        ("Voltage", "V", "2_30", None, "V"),
        ("Voltage", "V", "Infinity", None, "V"),
        ("Voltage", "V", "", None, "V"),
        ("Voltage", "V", "abc", None, "V"),
    ],
)
def test_values_in_our_units(
    measurand: str, unit: str, raw: str, value: float | None, in_unit: str
) -> None:
    found = sampled(measurand=measurand, unit=unit, value=raw)
    assert found.value == (None if value is None else pytest.approx(value))
    assert (found.unit, found.raw_value) == (in_unit, raw)
    default = "Energy.Active.Import.Register"
    assert found.measurand == (default if measurand == "absent" else measurand)


def test_numbers_for_texts_and_signed_values() -> None:
    assert sampled(value=5).raw_value == "5"
    assert sampled(value=5.5).value == 5.5
    assert str(sampled(value="-0").value) == "0.0"
    signed = sampled(format="SignedData", value="0123")
    assert (signed.value, signed.raw_value) == (None, "0123")


def test_values_of_no_sample_are_kept_empty() -> None:
    payload = {"connectorId": 1, "meterValue": [{"timestamp": TIME, "sampledValue": []}]}
    assert fact("MeterValues", payload).samples[0].values == ()


def test_unknown_words_are_kept() -> None:
    status = fact("StatusNotification", {**AVAILABLE, "errorCode": "Mouse"})
    assert status.error_code == "Mouse"
    stopped = fact("StopTransaction", {**STOP, "reason": "Cat"})
    assert (stopped.reason.name, stopped.reason_text) == ("OTHER", "Cat")
    assert heard("StopTransaction", STOP).fact.reason.name == "LOCAL"  # type: ignore[union-attr]
    occupied = fact("StatusNotification", {**AVAILABLE, "status": "Occupied"})
    assert occupied.status.name == "OCCUPIED"
    cut = fact("StatusNotification", {**AVAILABLE, "info": "x" * 60})
    assert cut.error_info == "x" * 50


@pytest.mark.parametrize("number", ["12", 12, 12.0])
def test_transaction_ids(number: Any) -> None:
    assert heard("StopTransaction", {**STOP, "transactionId": number}).fact.transaction_id == "12"  # type: ignore[union-attr]


@pytest.mark.parametrize("number", [0, -1, 2**63 - 1])
def test_strange_transaction_ids_are_let_through(number: int) -> None:
    ended = heard("StopTransaction", {**STOP, "transactionId": number}).fact
    assert ended.transaction_id == str(number)  # type: ignore[union-attr]


async def test_a_repair_is_noted_with_its_raw_text(platform: Platform, charger: RawCharger) -> None:
    boot = {**BOOT, "firmwareVersion": "v" * 60, "colour": "red", "iccid": None}
    assert (await charger.ask("BootNotification", boot))["status"] == "Accepted"
    (entry,) = await platform.messages("BootNotification")
    assert '"colour": "red"' in entry.call
    assert "firmwareVersion is longer than 50 characters" in entry.violation
    assert "'colour' not expected" in entry.violation
    assert "iccid is not of type string (None)" in entry.violation
    platform.bridge.stations.tell_seen()
    row = await platform.one(models.ChargePoint, models.ChargePoint.name == "chargePoints/OPEN")
    assert row.firmware_version == "v" * 50
    assert row.violation_count == 1


async def test_characters_that_no_database_keeps(platform: Platform, charger: RawCharger) -> None:
    await charger.ask("BootNotification", {**BOOT, "firmwareVersion": "1\0.2"})
    row = await platform.one(models.ChargePoint, models.ChargePoint.name == "chargePoints/OPEN")
    assert row.firmware_version == "1.2"
    await charger.send('[2,"9","Authorize",{"idTag":"\\ud800"}]')
    assert await charger.ask("Heartbeat")


async def test_a_card_that_is_too_long_is_invalid(charger: RawCharger) -> None:
    answer = await charger.ask("Authorize", {"idTag": "x" * 100})
    assert answer["idTagInfo"]["status"] == "Invalid"


async def test_a_literal_nan(platform: Platform, charger: RawCharger) -> None:
    sampled_now = json.dumps({"timestamp": TIME, "sampledValue": [{"value": float("nan")}]})
    assert "NaN" in sampled_now
    await charger.send(f'[2,"1","MeterValues",{{"connectorId":1,"meterValue":[{sampled_now}]}}]')
    assert await charger.receive() == [3, "1", {}]
    (entry,) = await platform.messages("MeterValues")
    assert "JSON" in entry.violation
