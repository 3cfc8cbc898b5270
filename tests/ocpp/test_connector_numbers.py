"""A charger whose EVSE has two connectors, which OCPP 1.6 can only count through."""

import asyncio

from ampline.v1.evse_pb2 import Evse
from server.domain.commands import (
    Availability,
    ChangeAvailability,
    ClearChargingProfile,
    UnlockConnector,
)
from server.domain.connector_numbers import APART
from server.store import models
from server.store.clock import now_us
from tests.ocpp.conftest import Platform
from tests.ocpp.raw_charger import BOOT

OPEN = "chargePoints/OPEN"


def add_evse(number: int, *connector_ids: int) -> None:
    evse = Evse()
    for place, connector_id in enumerate(connector_ids, 1):
        evse.connectors.add(id=place, ocpp16_connector_id=connector_id)
    models.Evse.insert(
        name=f"{OPEN}/evses/{number}",
        charge_point=OPEN,
        number=number,
        location="locations/home",
        connectors=evse.SerializeToString(),
        create_time=now_us(),
        update_time=now_us(),
    ).execute()


async def test_connectors_are_counted_as_the_operator_says(platform: Platform) -> None:
    with platform.database.connection_context():
        add_evse(1, 1, 2)
        add_evse(2, 3)
    charger = await platform.connect()
    await charger.ask("BootNotification", BOOT)
    for connector_id, word in ((2, "Preparing"), (3, "Available")):
        told = {"connectorId": connector_id, "status": word, "errorCode": "NoError"}
        await charger.ask("StatusNotification", told)
    rows = await platform.rows(models.Evse)
    assert [(row.number, row.hardware_status) for row in rows] == [(1, 2), (2, 1)]
    told_of = await platform.events("evse.hardware_status_changed")
    assert [(event.subject, event.evse_hardware_status_changed.connector) for event in told_of] == [
        (f"{OPEN}/evses/1", 2),
        (f"{OPEN}/evses/2", 1),
    ]
    start = {
        "connectorId": 3,
        "idTag": "AAAA",
        "meterStart": 0,
        "timestamp": "2026-01-01T00:00:00Z",
    }
    await charger.ask("StartTransaction", start)
    session = await platform.one(models.Session)
    assert (session.evse, session.connector) == (f"{OPEN}/evses/2", 1)
    ask = platform.bridge.stations.command
    command = ask(OPEN, UnlockConnector(1, 2), 10)
    waiting = asyncio.create_task(command)
    assert await charger.answer({"status": "Unlocked"}) == ("UnlockConnector", {"connectorId": 2})
    assert (await waiting).accepted
    waiting = asyncio.create_task(ask(OPEN, ClearChargingProfile(number=7), 10))
    for number, word in ((7, "Accepted"), (7 + APART, "Unknown")):
        cleared = await charger.answer({"status": word})
        assert cleared == ("ClearChargingProfile", {"id": number})
    assert (await waiting).accepted
    closing = ChangeAvailability(1, Availability.INOPERATIVE)
    waiting = asyncio.create_task(ask(OPEN, closing, 10))
    for connector_id, word in ((1, "Accepted"), (2, "Rejected")):
        _, asked = await charger.answer({"status": word})
        assert asked["connectorId"] == connector_id
    assert (await waiting).status == "Rejected"
