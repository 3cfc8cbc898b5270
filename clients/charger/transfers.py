"""Files that a station uploads and fetches over HTTP, a piece at a time."""

import hashlib
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, replace

import aiohttp

from clients.charger.clock import format_time
from clients.charger.dialect import Charger
from clients.charger.firmware import Firmware

Tell = Callable[[str], Awaitable[object]]
"""Sends a notification with this status."""

PIECE = 64 * 1024
VERSION_LINE = b"version: "
"""What the first line of a simulated firmware begins with."""


@dataclass(frozen=True, slots=True)
class Attempts:
    """How often a transfer is tried, and the seconds in between."""

    count: int = 1
    interval: float = 0


async def upload(
    station: Charger, url: str, name: str, tell: Tell, failed: str, attempts: Attempts
) -> None:
    """Uploads the station's diagnostics into a folder; tells how it goes, at last `failed` if it
    did not."""
    await tell("Uploading")
    target = f"{url.rstrip('/')}/{name}"
    for attempt in range(attempts.count):
        if attempt:
            await station.clock.sleep(attempts.interval)
        if await _put(target, diagnostics(station)):
            await tell("Uploaded")
            return
    await tell(failed)


async def _put(url: str, content: bytes) -> bool:
    async def pieces() -> AsyncIterator[bytes]:
        for begin in range(0, len(content), PIECE):
            yield content[begin : begin + PIECE]

    headers = {"Content-Length": str(len(content))}
    try:
        async with (
            aiohttp.ClientSession() as session,
            session.put(url, data=pieces(), headers=headers) as answer,
        ):
            return answer.ok
    except (aiohttp.ClientError, TimeoutError):
        return False


def diagnostics(station: Charger) -> bytes:
    """What the station has to tell of itself."""
    hardware = station.hardware
    lines = [
        f"time: {format_time(station.clock.now())}",
        f"identity: {station.identity}",
        f"hardware: {hardware.vendor} {hardware.model}",
        f"firmware: {hardware.firmware_version}",
        *(
            f"connector {place.number}: {place.status}, {place.register_wh:.0f} Wh"
            for place in station.connectors
        ),
    ]
    return "\n".join([*lines, ""]).encode()


async def update(station: Charger, url: str, tell: Tell, attempts: Attempts) -> bool:
    """Fetches firmware and installs it, and tells how it goes; whether it is to boot now."""
    await tell("Downloading")
    firmware = await _fetch_patiently(station, url, attempts)
    if firmware is None:
        await tell("DownloadFailed")
        return False
    station.firmware = firmware
    await tell("Downloaded")
    await tell("Installing")
    if firmware.version is None:
        await tell("InstallationFailed")
        return False
    station.hardware = replace(station.hardware, firmware_version=firmware.version)
    await tell("Installed")
    return True


async def _fetch_patiently(station: Charger, url: str, attempts: Attempts) -> Firmware | None:
    for attempt in range(attempts.count):
        if attempt:
            await station.clock.sleep(attempts.interval)
        try:
            return await _fetch(url)
        except (TimeoutError, aiohttp.ClientError):
            continue
    return None


async def _fetch(url: str) -> Firmware:
    size, digest, head = 0, hashlib.sha256(), b""
    async with aiohttp.ClientSession(raise_for_status=True) as session, session.get(url) as answer:
        async for piece in answer.content.iter_chunked(PIECE):
            head = head or piece[:200]
            digest.update(piece)
            size += len(piece)
    line = head.partition(b"\n")[0]
    version = line.removeprefix(VERSION_LINE).decode() if line.startswith(VERSION_LINE) else None
    return Firmware(size, digest.hexdigest(), version)
