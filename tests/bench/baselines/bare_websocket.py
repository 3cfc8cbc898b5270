"""A bare `websockets` server: parses JSON and acknowledges. python -m … PORT"""

import asyncio
import resource
import sys

import orjson
import uvloop
from websockets.asyncio.server import ServerConnection, serve
from websockets.typing import Subprotocol

YES = {"StartTransaction": {"transactionId": 1, "idTagInfo": {"status": "Accepted"}}}
"""What a charger must hear to go on."""


async def acknowledge(connection: ServerConnection) -> None:
    """Answers every CALL with a CALLRESULT that says as little as may be."""
    async for message in connection:
        _, number, action, _ = orjson.loads(message)
        await connection.send(orjson.dumps([3, number, YES.get(action, {})]), text=True)


async def main(port: int) -> None:
    """Serves until it is ended."""
    spoken = [Subprotocol("ocpp1.6")]
    async with serve(
        acknowledge, "127.0.0.1", port, compression=None, subprotocols=spoken, backlog=4096
    ):
        await asyncio.Event().wait()


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)
    uvloop.run(main(int(sys.argv[1])))
