"""A charger of one connector that keeps what limits it is given, and answers by itself."""

import asyncio
import itertools
import json
from typing import Any

from tests.ocpp.raw_charger import AVAILABLE, BOOT, DEADLINE, RawCharger


class LimitedCharger:
    """Speaks OCPP 1.6. `accepts` is what it answers to limits; None = nothing at all."""

    def __init__(self, raw: RawCharger) -> None:
        self._raw = raw
        self._ids = map(str, itertools.count(1))
        self._waiting: dict[str, asyncio.Future[dict[str, Any]]] = {}
        self.accepts: str | None = "Accepted"
        self.given: list[dict[str, Any]] = []
        self.cleared: list[dict[str, Any]] = []
        self._changed = asyncio.Condition()
        self._reader = asyncio.create_task(self._read())

    async def boot(self, **told: str) -> None:
        """Boots, and says that it is free."""
        await self.ask("BootNotification", {**BOOT, **told})
        await self.ask("StatusNotification", AVAILABLE)

    async def start(self, token: str = "AAAA") -> int:
        """Begins to charge."""
        started = await self.ask(
            "StartTransaction",
            {
                "connectorId": 1,
                "idTag": token,
                "meterStart": 0,
                "timestamp": "2026-03-01T12:00:00Z",
            },
        )
        await self.ask("StatusNotification", {**AVAILABLE, "status": "Charging"})
        transaction: int = started["transactionId"]
        return transaction

    async def stop(self, transaction: int) -> None:
        """Ends charging."""
        await self.ask(
            "StopTransaction",
            {"transactionId": transaction, "meterStop": 10, "timestamp": "2026-03-01T13:00:00Z"},
        )

    async def ask(self, action: str, payload: dict[str, Any]) -> dict[str, Any]:
        """Calls, and returns the answer."""
        number = next(self._ids)
        answer: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
        self._waiting[number] = answer
        await self._raw.send([2, number, action, payload])
        async with asyncio.timeout(DEADLINE):
            return await answer

    async def until_given(self, purpose: str, limit: float) -> dict[str, Any]:
        """Waits for a profile of that purpose with that limit first, as the newest of its kind."""
        async with asyncio.timeout(DEADLINE), self._changed:
            while True:
                own = [each for each in self.given if each["chargingProfilePurpose"] == purpose]
                if own and limits(own[-1])[0] == limit:
                    return own[-1]
                await self._changed.wait()

    async def until_cleared(self, count: int) -> None:
        """Waits until so many profiles were cleared."""
        async with asyncio.timeout(DEADLINE), self._changed:
            await self._changed.wait_for(lambda: len(self.cleared) >= count)

    async def hang_up(self) -> None:
        """Goes away."""
        self._reader.cancel()
        await self._raw.hang_up()

    async def _read(self) -> None:
        async for text in self._raw.connection:
            kind, number, *rest = json.loads(text)
            if kind == 2:
                await self._obey(number, *rest)
            elif number in self._waiting:
                self._waiting.pop(number).set_result(rest[0])

    async def _obey(self, number: str, action: str, payload: dict[str, Any]) -> None:
        if self.accepts is None:
            return
        await self._raw.send([3, number, {"status": self.accepts}])
        async with self._changed:
            if action == "SetChargingProfile" and self.accepts == "Accepted":
                self.given.append(payload["csChargingProfiles"])
            if action == "ClearChargingProfile":
                self.cleared.append(payload)
            self._changed.notify_all()


def limits(profile: dict[str, Any]) -> list[float]:
    """The limits of its periods."""
    return [each["limit"] for each in profile["chargingSchedule"]["chargingSchedulePeriod"]]
