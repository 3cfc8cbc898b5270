"""The same visit, told in every version, comes to the same session, price and events."""

import re
from typing import Any, NamedTuple

import pytest
from google.protobuf.json_format import MessageToDict

from ampline.v1.event_pb2 import Event
from server.store import models
from server.work.sessions import announce
from tests.ocpp import raw_charger, v2x
from tests.ocpp.conftest import Platform
from tests.ocpp.v2x_transaction import TOKEN, Told, at, register
from tests.work.network import add_prices

CALLS = list[tuple[str, dict[str, Any]]]
OURS = re.compile(r"(sessions|transactions|balanceEntries)/[\w-]+")
"""Names that we give: others in each telling."""

TIME = re.compile(r"\d{4}-\d\d-\d\dT.*Z")
AFTER_THE_VISIT = at(50)
WHEN_WE_KNEW = {
    "createTime",
    "updateTime",
    "recordTime",
    "finalizeTime",
    "meterTime",
    "ocppTransactionId",
}
ABOUT_THE_CONNECTION = ("charge_point.", "evse.created")


class Outcome(NamedTuple):
    """What came of a visit."""

    session: Any
    events: list[Any]


def in_1_6() -> CALLS:
    """The visit in OCPP 1.6."""

    def status(word: str, minutes: float) -> tuple[str, dict[str, Any]]:
        told = {"connectorId": 1, "status": word, "errorCode": "NoError", "timestamp": at(minutes)}
        return "StatusNotification", told

    def metered(wh: int, minutes: float) -> tuple[str, dict[str, Any]]:
        samples = [
            {"value": str(wh), "context": "Sample.Periodic"},
            {"value": "7.2", "measurand": "Power.Active.Import", "unit": "kW"},
            {"value": "31", "measurand": "SoC", "location": "EV", "unit": "Percent"},
        ]
        values = [{"timestamp": at(minutes), "sampledValue": samples}]
        return "MeterValues", {"connectorId": 1, "transactionId": 1, "meterValue": values}

    start = {"connectorId": 1, "idTag": "AAAA", "meterStart": 1_000, "timestamp": at(1)}
    stop = {"transactionId": 1, "idTag": "AAAA", "meterStop": 6_000, "timestamp": at(30)}
    return [
        ("BootNotification", raw_charger.BOOT),
        status("Preparing", 0),
        ("Authorize", {"idTag": "AAAA"}),
        ("StartTransaction", start),
        status("Charging", 2),
        metered(4_000, 10),
        status("SuspendedEV", 20),
        metered(6_000, 25),
        ("StopTransaction", {**stop, "reason": "Local"}),
        status("Finishing", 30),
        status("Available", 35),
    ]


def in_2_x() -> CALLS:
    """The visit in OCPP 2.0.1 and 2.1."""
    told = Told()

    def status(word: str, minutes: float) -> tuple[str, dict[str, Any]]:
        return "StatusNotification", {
            **v2x.AVAILABLE,
            "connectorStatus": word,
            "timestamp": at(minutes),
        }

    def metered(wh: int, minutes: float) -> dict[str, Any]:
        value = register(wh, minutes)
        value["sampledValue"] += [
            {
                "value": 7.2,
                "measurand": "Power.Active.Import",
                "unitOfMeasure": {"unit": "W", "multiplier": 3},
            },
            {"value": 31, "measurand": "SoC", "location": "EV"},
        ]
        return told.step("Updated", "MeterValuePeriodic", minutes, meterValue=[value])

    steps = [
        told.plugged_in(0),
        told.step("Updated", "Authorized", 1, idToken=TOKEN),
        told.turned("Charging", 2),
        metered(4_000, 10),
        told.turned("SuspendedEV", 20),
        metered(6_000, 25),
        told.ended(idToken=TOKEN),
    ]
    plugged_in, *visit = [("TransactionEvent", step) for step in steps]
    return [
        ("BootNotification", v2x.BOOT),
        plugged_in,
        status("Occupied", 0),
        ("Authorize", {"idToken": TOKEN}),
        *visit,
        status("Available", 35),
    ]


TELLINGS = {"ocpp1.6": in_1_6, "ocpp2.0.1": in_2_x, "ocpp2.1": in_2_x}


async def told(platform: Platform, identity: str, subprotocol: str) -> Outcome:
    """Tells the visit; returns what came of it."""
    charge_point = f"chargePoints/{identity}"
    charger = await platform.connect(identity, subprotocols=(subprotocol,))
    number = 0
    for action, payload in TELLINGS[subprotocol]():
        own = {"transactionId": number} if "transactionId" in payload else {}
        answer = await charger.ask(action, {**payload, **own})
        number = answer.get("transactionId", number)
    row = await platform.one(models.Session, models.Session.charge_point == charge_point)
    session = await platform.lane.write(lambda unit: announce.read_session(unit, row.name))
    events = [each for each in await platform.events() if charge_point in str(each)]
    return Outcome(_plain(session, identity), _normalized(events, identity))


def _normalized(events: list[Event], identity: str) -> list[Any]:
    """Without what tells of the connection, and without meter values that say nothing new: 2.x
    tells of the register also at the start and at the stop."""
    found: list[Any] = []
    energy = 0
    for event in events:
        if event.type.startswith(ABOUT_THE_CONNECTION):
            continue
        if event.type == "session.meter_values":
            if event.session_meter_values.energy_wh == energy:
                continue
            energy = event.session_meter_values.energy_wh
        found.append(_plain(event, identity))
    return found


def _plain(message: Any, identity: str) -> Any:
    return _without_names(MessageToDict(message), identity)


def _without_names(value: Any, identity: str) -> Any:
    if isinstance(value, dict):
        if "price" in value and not value["price"].get("final"):
            value = {**value, "price": "so far"}  # it is refreshed now and then
        return {
            name: _without_names(each, identity)
            for name, each in value.items()
            if name not in {*WHEN_WE_KNEW, "name", "cursor"}
        }
    if isinstance(value, list):
        return [_without_names(each, identity) for each in value]
    if isinstance(value, str):
        if TIME.fullmatch(value) and value > AFTER_THE_VISIT:
            return "now"
        return OURS.sub("…", value.replace(identity, "CP"))
    return value


@pytest.mark.parametrize("subprotocol", ["ocpp2.0.1", "ocpp2.1"])
async def test_every_version_tells_the_same_visit(platform: Platform, subprotocol: str) -> None:
    with platform.database.connection_context():
        add_prices()
    for identity in ("CP1", "OPEN"):
        terms = {"tariff_group": "tariffGroups/standard", "security_profile": 1}
        await platform.update(models.ChargePoint, f"chargePoints/{identity}", **terms)
    first = await told(platform, "CP1", "ocpp1.6")
    other = await told(platform, "OPEN", subprotocol)
    assert first.session["price"]["total"] == {
        "currencyCode": "EUR",
        "units": "3",
        "nanos": 5 * 10**8,
    }
    assert [event["type"] for event in first.events][-1] == "evse.hardware_status_changed"
    assert other.session == first.session
    assert other.events == first.events
