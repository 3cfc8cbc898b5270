"""Who is still there: pings, silence, dead connections (case 25)."""

import asyncio
import json
from base64 import b64encode
from typing import Any

import pytest

from server.store import models
from tests.ocpp.conftest import Platform, PlatformMaker
from tests.ocpp.raw_charger import BOOT, DEADLINE, RawCharger

HANDSHAKE = (
    "GET /ocpp/OPEN HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    f"Sec-WebSocket-Key: {b64encode(bytes(16)).decode()}\r\nSec-WebSocket-Version: 13\r\n"
    "Sec-WebSocket-Protocol: ocpp1.6\r\n\r\n"
)
PING = 0x89


class Deaf:
    """A charger that never answers a ping."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer

    async def heartbeat(self) -> None:
        """Says Heartbeat, masked with zeroes."""
        frame = b'[2,"1","Heartbeat",{}]'
        self.writer.write(bytes([0x81, 0x80 | len(frame), 0, 0, 0, 0]) + frame)
        await self.writer.drain()

    async def pong(self) -> None:
        """Answers a ping after all."""
        self.writer.write(bytes([0x8A, 0x80, 0, 0, 0, 0]))
        await self.writer.drain()

    async def next_kind(self) -> int | None:
        """The first byte of the next frame; None at the end."""
        head = await self.reader.read(2)
        if len(head) < 2:
            return None
        await self.reader.readexactly(head[1] & 0x7F)
        return head[0]


async def deaf(platform: Platform) -> Deaf:
    reader, writer = await asyncio.open_connection("127.0.0.1", platform.bridge.port)
    writer.write(HANDSHAKE.encode())
    assert b"101" in await reader.readline()
    while await reader.readline() != b"\r\n":
        pass
    return Deaf(reader, writer)


async def test_who_is_silent_and_answers_no_ping_is_gone(make_platform: PlatformMaker) -> None:
    platform = await make_platform(heartbeat=1)
    charger = await deaf(platform)
    kinds = []
    async with asyncio.timeout(DEADLINE):
        while (kind := await charger.next_kind()) is not None:
            kinds.append(kind)
    assert PING in kinds
    await platform.until(lambda: gone(platform))
    (event,) = await platform.events("charge_point.disconnected")
    assert event.charge_point_connection.reason == "silent for too long"


@pytest.mark.parametrize("known", [{"pinged": False}, {"vendor": "EN+", "model": "AC7000"}])
async def test_who_takes_no_pings_gets_none_and_is_gone_when_silent(
    make_platform: PlatformMaker, known: dict[str, Any]
) -> None:
    platform = await make_platform(heartbeat=1)
    await platform.update(models.ChargePoint, "chargePoints/OPEN", **known)
    charger = await deaf(platform)
    await charger.heartbeat()
    kinds = []
    async with asyncio.timeout(DEADLINE):
        while (kind := await charger.next_kind()) is not None:
            kinds.append(kind)
    assert PING not in kinds
    await platform.until(lambda: gone(platform))
    (event,) = await platform.events("charge_point.disconnected")
    assert event.charge_point_connection.reason == "silent for too long"


async def gone(platform: Platform) -> bool:
    row = await platform.one(models.ChargePoint, models.ChargePoint.name == "chargePoints/OPEN")
    return row.connected_since is None


@pytest.mark.parametrize("sign_of_life", ["heartbeat", "pong"])
async def test_who_gives_any_sign_of_life_stays(
    make_platform: PlatformMaker, sign_of_life: str
) -> None:
    platform = await make_platform(heartbeat=1)
    charger = await deaf(platform)
    pings = 0
    async with asyncio.timeout(DEADLINE):
        while pings < 5:  # each after half a second of silence: longer than the limit
            if await charger.next_kind() == PING:
                pings += 1
                await getattr(charger, sign_of_life)()
    assert len(platform.bridge.stations) == 1


async def test_a_charger_that_breaks_off_is_noted(platform: Platform) -> None:
    charger = await platform.connect()
    charger.connection.transport.abort()
    await platform.until(lambda: gone(platform))
    assert not len(platform.bridge.stations)


async def test_what_comes_in_one_piece_with_a_goodbye_is_heard(
    platform: Platform, charger: RawCharger
) -> None:
    protocol = charger.connection.protocol
    protocol.send_text(json.dumps([2, "1", "BootNotification", BOOT]).encode())
    protocol.send_close(1000)
    charger.connection.transport.write(b"".join(protocol.data_to_send()))

    async def heard() -> bool:
        return bool(await platform.events("charge_point.booted"))

    await platform.until(heard)
