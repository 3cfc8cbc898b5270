"""A charging station that never gives up: what was not acknowledged it tells again.

As OCPP 1.6 wants it of every charger: transaction messages wait in a queue until their
CALLRESULT came; after a lost connection the first of them is sent again, as it was.
"""

import asyncio
import itertools
import json
import random
from datetime import UTC, datetime, timedelta
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake
from websockets.typing import Subprotocol

from tests.faults.acknowledged import Acknowledged, Charge, Sample
from tests.faults.node import Node

BOOT = {"chargePointVendor": "Vendor", "chargePointModel": "Model"}
STEP = 60
"""Seconds of the station's own clock from one reading to the next."""
MOST_WH = 300
"""The most energy in a step: less than 22 kW deliver."""


class CallError(AssertionError):
    """The server did not take a message."""


class Station:
    """One station with one EVSE; it charges one car after the other."""

    def __init__(
        self,
        node: Node,
        known: Acknowledged,
        number: int,
        chance: random.Random,
        *,
        patient: bool = False,
    ) -> None:
        self._patient = patient  # with a server that answers InternalError
        self.identity = f"CP{number}"
        self._node = node
        self._known = known
        self._tag = f"TAG{number}"
        self._chance = chance
        self._connection: ClientConnection | None = None
        self._ids = itertools.count(1)
        self._clock = int((datetime.now(UTC) - timedelta(days=20)).timestamp())
        self._register = chance.randrange(1_000_000)

    async def work(self) -> None:
        """Charges until it is enough; then says goodbye."""
        while not self._known.enough.is_set():
            await self._charge()
        if self._connection is not None:
            await self._connection.close()

    async def _charge(self) -> None:
        start = self._reading()
        answer = await self._tell(
            "StartTransaction",
            connectorId=1,
            idTag=self._tag,
            meterStart=start.register,
            timestamp=_text(start.time),
        )
        charge = Charge(f"chargePoints/{self.identity}", str(answer["transactionId"]), start)
        self._known.charges.append(charge)
        for _ in range(self._chance.randint(1, 6)):
            charge.samples.append(await self._measure(answer["transactionId"]))
        stop = self._reading()
        await self._tell(
            "StopTransaction",
            transactionId=answer["transactionId"],
            idTag=self._tag,
            meterStop=stop.register,
            timestamp=_text(stop.time),
        )
        charge.stop = stop

    async def _measure(self, transaction: int) -> Sample:
        sample = self._reading()
        value = {"timestamp": _text(sample.time), "sampledValue": [{"value": str(sample.register)}]}
        await self._tell(
            "MeterValues", connectorId=1, transactionId=transaction, meterValue=[value]
        )
        return sample

    def _reading(self) -> Sample:
        self._clock += STEP
        self._register += self._chance.randint(1, MOST_WH)
        return Sample(self._clock, self._register)

    async def _tell(self, action: str, **payload: Any) -> dict[str, Any]:
        """Tells it until it is acknowledged; the answer's payload."""
        while True:
            await self._node.up.wait()
            try:
                connection = self._connection or await self._connect()
                answer = await self._call(connection, action, payload)
            except CallError:
                if not self._patient:
                    raise
                continue
            except (ConnectionClosed, ConnectionError, InvalidHandshake, EOFError, TimeoutError):
                self._connection = None
                continue
            self._known.one_more()
            return answer

    async def _connect(self) -> ClientConnection:
        self._connection = await connect(
            self._node.charger_url(self.identity),
            subprotocols=[Subprotocol("ocpp1.6")],
            compression=None,
            ping_interval=None,
            proxy=None,
        )
        await self._call(self._connection, "BootNotification", BOOT)
        return self._connection

    async def _call(
        self, connection: ClientConnection, action: str, payload: dict[str, Any]
    ) -> dict[str, Any]:
        await connection.send(json.dumps([2, str(next(self._ids)), action, payload]))
        async with asyncio.timeout(30):
            while True:
                kind, *rest = json.loads(await connection.recv())
                if kind == 2:  # the server asks for our configuration
                    await connection.send(json.dumps([4, rest[0], "NotSupported", "", {}]))
                elif kind == 3:
                    answer: dict[str, Any] = rest[1]
                    return answer
                else:
                    raise CallError(f"{action} {payload}: {rest}")


def _text(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")
