"""Chargers that boot are followed up, a few at a time."""

import asyncio

import pytest

from server.ocpp import boots
from server.ocpp.boots import Boots
from server.work.rules import Rules
from tests.ocpp.conftest import Platform


class Following(Boots):
    """Says whom it follows up; behind `A`, at that moment, `B` has booted."""

    def __init__(self, platform: Platform) -> None:
        super().__init__(platform.lane, platform.bridge.stations, Rules())
        self.followed: asyncio.Queue[str] = asyncio.Queue()

    async def _follow_up(self, charge_point: str) -> None:
        self.followed.put_nowait(charge_point)
        if charge_point == "A":
            asyncio.get_running_loop().call_soon(self.note, "B")


async def test_who_boots_when_the_last_was_just_followed_up(
    platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(boots, "MOST_AT_ONCE", 1)
    following = Following(platform)
    following.note("A")
    async with asyncio.timeout(10):
        assert [await following.followed.get() for _ in "AB"] == ["A", "B"]
    await following.stop()
