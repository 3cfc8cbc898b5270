"""What the message log keeps of tokens, and who answers vendors' own messages."""

from dataclasses import replace

import pytest

from ampline.v1.event_pb2 import Event
from server.domain.facts import DataAnswer, DataReceived, DataStatus
from server.store.unit import Unit
from tests.ocpp.conftest import RULES, PlatformMaker
from tests.ocpp.raw_charger import RawCharger
from tests.ocpp.v2x import booted

TOKEN = "04E1B2C3D4"


@pytest.mark.parametrize(
    ("full", "kept", "short"), [(False, "04***D4", "***"), (True, TOKEN, "AAAA")]
)
async def test_tokens_are_in_the_log_in_full_by_a_setting_alone(
    make_platform: PlatformMaker, full: bool, kept: str, short: str
) -> None:
    platform = await make_platform(replace(RULES, full_tokens=full))
    old = await platform.connect()
    new = await booted(platform, identity="OTHER")
    await old.ask("Authorize", {"idTag": TOKEN})
    await old.ask("Authorize", {"idTag": "AAAA"})
    await new.ask("Authorize", {"idToken": {"idToken": TOKEN, "type": "ISO14443"}})
    await old.call("Authorize", {"idTag": TOKEN, "idTa": 1})  # repaired, and noted
    await old.send(f'[2,"x","Authorize",{{"idTag":"{TOKEN}"')  # no JSON
    await old.ask("Heartbeat")
    calls = [row.call for row in await platform.messages() if "Authorize" in row.call]
    assert [TOKEN in call for call in calls] == [full and "AAAA" not in call for call in calls]
    assert [call.count(kept) for call in calls] == [1, 0, 1, 1, 1]
    assert f'"{short}"' in calls[1]
    keys = [row.token for row in await platform.messages("Authorize")]
    wanted = TOKEN.lower() if full else None
    assert keys == [wanted, "aaaa" if full else None, wanted, wanted]


class Echo:
    """Answers what it was told."""

    def answer(self, unit: Unit, charge_point: str, data: DataReceived) -> DataAnswer:
        """Knows one message."""
        if data.message_id != "echo":
            return DataAnswer(DataStatus.UNKNOWN_MESSAGE)
        return DataAnswer(DataStatus.ACCEPTED, f"{charge_point}: {data.data}")


async def test_a_vendors_messages_are_for_whoever_knows_the_vendor(
    make_platform: PlatformMaker,
) -> None:
    platform = await make_platform(replace(RULES, data_handlers={"Acme": Echo()}))
    old: RawCharger = await platform.connect()
    new = await booted(platform, identity="OTHER")
    for charger, name in ((old, "OPEN"), (new, "OTHER")):
        told = {"vendorId": "Acme", "messageId": "echo", "data": "x"}
        heard = {"status": "Accepted", "data": f"chargePoints/{name}: x"}
        assert await charger.ask("DataTransfer", told) == heard
        told["messageId"] = "other"
        assert await charger.ask("DataTransfer", told) == {"status": "UnknownMessageId"}
        told["vendorId"] = "Nobody"
        assert await charger.ask("DataTransfer", told) == {"status": "UnknownVendorId"}

    def status(event: Event) -> str:
        return event.charge_point_data_transfer.status

    told_of = await platform.events("charge_point.data_transfer_received")
    assert [status(event) for event in told_of][:3] == [
        "Accepted",
        "UnknownMessageId",
        "UnknownVendorId",
    ]
