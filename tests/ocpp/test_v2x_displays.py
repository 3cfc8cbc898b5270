"""Block O of OCPP 2.x: messages on displays; and block N's customer information."""

import asyncio
from datetime import UTC, datetime
from typing import Any

from server.domain.authorization import TokenKind
from server.domain.commands import Command, CommandAnswer
from server.domain.display_messages import (
    ClearDisplayMessage,
    DisplayMessage,
    Format,
    GetDisplayMessages,
    Priority,
    RequestCustomerInformation,
    SetDisplayMessage,
    State,
)
from server.resources.display_messages import MAPPING
from server.store import models
from tests.ocpp.conftest import Platform
from tests.ocpp.raw_charger import RawCharger
from tests.ocpp.v2x import TIME, booted, both_versions

OPEN = "chargePoints/OPEN"
BEGIN = datetime(2026, 11, 26, 10, tzinfo=UTC)
MESSAGE = DisplayMessage(
    7,
    Priority.IN_FRONT,
    "Bitte abziehen",
    Format.UTF8,
    "de",
    State.IDLE,
    BEGIN,
    BEGIN.replace(hour=11),
    "T-1",
)
SAID = {
    "id": 7,
    "priority": "InFront",
    "message": {"format": "UTF8", "content": "Bitte abziehen", "language": "de"},
    "state": "Idle",
    "startDateTime": TIME,
    "endDateTime": "2026-11-26T11:00:00.000Z",
    "transactionId": "T-1",
}


def order(platform: Platform, command: Command) -> "asyncio.Task[CommandAnswer]":
    """Gives a command; the task is its answer."""
    return asyncio.create_task(platform.bridge.stations.command(OPEN, command, 10))


async def messages(platform: Platform) -> dict[int, Any]:
    """What is kept, by number."""
    return {row.message_id: row for row in await platform.rows(models.DisplayMessage)}


async def set_message(platform: Platform, charger: RawCharger, status: str) -> bool:
    """The message, answered so."""
    waiting = order(platform, SetDisplayMessage(MESSAGE))
    assert await charger.answer({"status": status}) == ("SetDisplayMessage", {"message": SAID})
    return (await waiting).accepted


async def expect(platform: Platform, number: int, **columns: Any) -> None:
    """A report of that number was asked for."""
    row = {"charge_point": OPEN, "number": number, "begin_time": 2**60, "whole": True, **columns}
    query = models.DeviceReport.insert(row)
    await platform.lane.write(lambda unit: unit.execute(query))


@both_versions
async def test_a_message_is_shown_and_cleared(platform: Platform, subprotocol: str) -> None:
    charger = await booted(platform, subprotocol)
    assert not await set_message(platform, charger, "NotSupportedPriority")
    assert await messages(platform) == {}
    assert await set_message(platform, charger, "Accepted")
    row = (await messages(platform))[7]
    shown = MAPPING.to_message([getattr(row, column.name) for column in MAPPING.columns])
    assert (shown.name, shown.content) == (f"{OPEN}/displayMessages/7", "Bitte abziehen")
    assert (shown.priority, shown.state, shown.format) == (2, 3, 4)
    assert (shown.language_code, shown.ocpp_transaction_id) == ("de", "T-1")
    assert shown.start_time.ToDatetime(UTC) == BEGIN
    for status in ("Accepted", "Unknown"):
        waiting = order(platform, ClearDisplayMessage(7))
        assert await charger.answer({"status": status}) == ("ClearDisplayMessage", {"id": 7})
        assert (await waiting).status == status
        assert await messages(platform) == {}


@both_versions
async def test_a_whole_report_says_which_there_are(platform: Platform, subprotocol: str) -> None:
    charger = await booted(platform, subprotocol)
    await set_message(platform, charger, "Accepted")
    await expect(platform, 5)
    waiting = order(platform, GetDisplayMessages(5, (7, 8)))
    asked = await charger.answer({"status": "Accepted"})
    assert asked == ("GetDisplayMessages", {"requestId": 5, "id": [7, 8]})
    await waiting
    plain = {
        "id": 8,
        "priority": "AlwaysFront",
        "message": {"format": "ASCII", "content": "Hello"},
    }
    told = {"requestId": 5, "tbc": True, "messageInfo": [plain]}
    assert await charger.ask("NotifyDisplayMessages", told) == {}
    rows = await messages(platform)
    assert set(rows) == {7, 8}
    assert (rows[8].priority, rows[8].format, rows[8].start_time) == (1, 1, None)
    changed = models.DeviceReport.update(begin_time=rows[8].report_time)
    await platform.lane.write(lambda unit: unit.execute(changed))
    await charger.ask("NotifyDisplayMessages", {"requestId": 5})
    assert list(await messages(platform)) == [8]


@both_versions
async def test_what_a_charger_keeps_of_a_driver_is_told_with_the_user(
    platform: Platform, subprotocol: str
) -> None:
    charger = await booted(platform, subprotocol)
    await expect(platform, 5, user="users/ann", whole=False)
    command = RequestCustomerInformation(5, "AAAA", TokenKind.RFID, clear=False, report=True)
    waiting = order(platform, command)
    asked = await charger.answer({"status": "Accepted"})
    assert asked == (
        "CustomerInformation",
        {
            "requestId": 5,
            "report": True,
            "clear": False,
            "idToken": {"idToken": "AAAA", "type": "ISO14443"},
        },
    )
    assert (await waiting).accepted
    told = {"requestId": 5, "seqNo": 0, "generatedAt": TIME, "tbc": True, "data": "Ann of Delft"}
    assert await charger.ask("NotifyCustomerInformation", told) == {}
    (event,) = await platform.events("charge_point.customer_information")
    payload = event.charge_point_customer_information
    assert (payload.user, payload.text, payload.is_last) == ("users/ann", "Ann of Delft", False)
    (row,) = await platform.rows(models.Event, models.Event.type == event.type)
    assert row.person == "users/ann"
    log = await platform.messages("NotifyCustomerInformation")
    assert "Delft" not in str([message.call for message in log])


async def test_what_nobody_asked_for_is_kept_nowhere(platform: Platform) -> None:
    charger = await booted(platform)
    told = {"requestId": 5, "seqNo": 0, "generatedAt": TIME, "data": "Ann of Delft"}
    assert await charger.ask("NotifyCustomerInformation", told) == {}
    assert not await platform.events("charge_point.customer_information")
    assert "Delft" not in str([row.call for row in await platform.rows(models.OcppMessage)])
