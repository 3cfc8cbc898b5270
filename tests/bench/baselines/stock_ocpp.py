"""The stock `ocpp` package's ChargePoint, which stores nothing. python -m … PORT

On asyncio, as its documentation shows it.
"""

import asyncio
import sys
from contextlib import suppress
from typing import Any

from ocpp import v16, v201
from ocpp.routing import on
from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol


class Acknowledging(v16.ChargePoint):
    """Says yes to meter values."""

    @on(v16.enums.Action.meter_values)  # type: ignore[no-untyped-call, untyped-decorator]
    def on_meter_values(self, **_: Any) -> v16.call_result.MeterValues:
        """MeterValues."""
        return v16.call_result.MeterValues()


class Acknowledging201(v201.ChargePoint):
    """The same in OCPP 2.0.1."""

    @on(v201.enums.Action.transaction_event)  # type: ignore[no-untyped-call, untyped-decorator]
    def on_transaction_event(self, **_: Any) -> v201.call_result.TransactionEvent:
        """TransactionEvent."""
        return v201.call_result.TransactionEvent()


async def talk(connection: ServerConnection) -> None:
    """A charger's connection."""
    path = connection.request.path if connection.request else ""
    kind = Acknowledging201 if connection.subprotocol == "ocpp2.0.1" else Acknowledging
    with suppress(ConnectionClosed):
        await kind(path.rpartition("/")[2], connection).start()  # type: ignore[no-untyped-call]


async def main(port: int) -> None:
    """Serves until it is ended."""
    spoken = [Subprotocol("ocpp1.6"), Subprotocol("ocpp2.0.1")]
    async with serve(talk, "127.0.0.1", port, compression=None, subprotocols=spoken):
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1])))
