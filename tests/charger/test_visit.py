"""A whole visit, and what its messages say."""

import json
from datetime import datetime, timedelta
from pathlib import Path

import jsonschema_rs
import ocpp.v16
import pytest

from clients.charger import DC_50KW, Car, Station
from tests.charger.central_system import CentralSystem, start_answer

SCHEMAS = Path(ocpp.v16.__file__).parent / "schemas"


async def visit(station: Station) -> None:
    await station.boot()
    await station.announce()
    await station.plug_in(1, Car(soc=40))
    assert await station.authorize("TAG") == "Accepted"
    session = await station.start(1, "TAG", meter_start=1000)
    await session.meter(energy_wh=1200, power_w=11_000)
    await session.stop(energy_wh=5000, transaction_data=True)
    await station.unplug(1)


async def test_a_visit_is_told_in_order(central: CentralSystem, station: Station) -> None:
    await visit(station)
    assert central.actions == [
        "BootNotification",
        "StatusNotification",
        "StatusNotification",
        "StatusNotification",
        "StatusNotification",
        "Authorize",
        "StartTransaction",
        "StatusNotification",
        "MeterValues",
        "StopTransaction",
        "StatusNotification",
        "StatusNotification",
    ]
    statuses = [
        (one["connectorId"], one["status"]) for one in central.payloads("StatusNotification")
    ]
    assert statuses == [
        (0, "Available"),
        (1, "Available"),
        (2, "Available"),
        (1, "Preparing"),
        (1, "Charging"),
        (1, "Finishing"),
        (1, "Available"),
    ]


async def test_meters_and_ids_agree(central: CentralSystem, station: Station) -> None:
    await visit(station)
    [start], [values], [stop] = (
        central.payloads(f"{action}")
        for action in ("StartTransaction", "MeterValues", "StopTransaction")
    )
    assert start["meterStart"] == 1000
    assert values["transactionId"] == stop["transactionId"] == 1
    assert stop["meterStop"] == 6000
    sampled = values["meterValue"][0]["sampledValue"]
    assert sampled[0] == {
        "value": "2200",
        "measurand": "Energy.Active.Import.Register",
        "unit": "Wh",
    }
    assert [one["phase"] for one in sampled if one["measurand"] == "Voltage"] == [
        "L1-N",
        "L2-N",
        "L3-N",
    ]
    assert stop["transactionData"] == values["meterValue"]


async def test_every_message_fits_its_schema(central: CentralSystem) -> None:
    async with Station(central.url, "DC-1", outlet=DC_50KW) as station:
        await visit(station)
    for action, payload in central.calls:
        schema = json.loads((SCHEMAS / f"{action}.json").read_text(encoding="utf-8-sig"))
        jsonschema_rs.validate(schema, payload)
    measurands = {
        one["measurand"]
        for one in central.payloads("MeterValues")[0]["meterValue"][0]["sampledValue"]
    }
    assert "SoC" in measurands


async def test_what_is_sampled_is_configured(central: CentralSystem, station: Station) -> None:
    station.configuration.set("MeterValuesSampledData", "Power.Offered,Temperature,SoC")
    session = await station.start(1)
    await session.meter()
    station.configuration.set("MeterValuesSampledData", "SoC")
    await session.meter(energy_wh=99.9)
    told = [
        [(one["measurand"], one["value"]) for one in values["meterValue"][0]["sampledValue"]]
        for values in central.payloads("MeterValues")
    ]
    assert told == [
        [("Power.Offered", "0"), ("Temperature", "21.0")],
        [("Energy.Active.Import.Register", "99")],
    ]


async def test_the_handshake_names_the_station(central: CentralSystem) -> None:
    async with Station(central.url + "/", "CP 1/ä", "secret"):
        pass
    request = central.requests[0]
    assert request.path == "/ocpp/CP%201%2F%C3%A4"
    assert request.headers["Authorization"] == "Basic Q1AgMS/DpDpzZWNyZXQ="
    assert request.headers["Sec-WebSocket-Protocol"] == "ocpp1.6"


async def test_a_refused_start_says_so(central: CentralSystem, station: Station) -> None:
    central.answers["StartTransaction"] = lambda _: start_answer(7, "Invalid")
    session = await station.start(1, "NOBODY")
    assert (session.transaction_id, session.id_tag_status) == (7, "Invalid")
    assert not session.accepted


async def test_the_central_system_sets_the_clock(central: CentralSystem, station: Station) -> None:
    answer = await station.boot()
    told = datetime.fromisoformat(answer["currentTime"])
    assert station.clock.now() - told == pytest.approx(timedelta(), abs=timedelta(seconds=5))
    assert station.configuration["HeartbeatInterval"] == "300"
