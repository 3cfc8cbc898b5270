"""The stock `ocpp` package's ChargePoint, which stores nothing. python -m … PORT

On asyncio, as its documentation shows it.
"""

import asyncio
import sys
from contextlib import suppress
from typing import Any

from ocpp.routing import on
from ocpp.v16 import ChargePoint, call_result
from ocpp.v16.enums import Action
from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol


class Acknowledging(ChargePoint):
    """Says yes to meter values."""

    @on(Action.meter_values)  # type: ignore[no-untyped-call, untyped-decorator]
    def on_meter_values(self, **_: Any) -> call_result.MeterValues:
        """MeterValues."""
        return call_result.MeterValues()


async def talk(connection: ServerConnection) -> None:
    """A charger's connection."""
    path = connection.request.path if connection.request else ""
    with suppress(ConnectionClosed):
        await Acknowledging(path.rpartition("/")[2], connection).start()  # type: ignore[no-untyped-call]


async def main(port: int) -> None:
    """Serves until it is ended."""
    spoken = [Subprotocol("ocpp1.6")]
    async with serve(talk, "127.0.0.1", port, compression=None, subprotocols=spoken):
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1])))
