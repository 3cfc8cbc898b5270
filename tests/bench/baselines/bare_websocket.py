"""A bare `websockets` server: parses JSON and acknowledges. python -m … PORT [--quick]

As its documentation shows it, on asyncio and `json`; quick: on uvloop and orjson.
"""

import asyncio
import json
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
        _, number, action, _ = json.loads(message)
        await connection.send(json.dumps([3, number, YES.get(action, {})]))


async def acknowledge_quickly(connection: ServerConnection) -> None:
    """The same with orjson."""
    async for message in connection:
        _, number, action, _ = orjson.loads(message)
        await connection.send(orjson.dumps([3, number, YES.get(action, {})]), text=True)


async def main(port: int, quick: bool) -> None:
    """Serves until it is ended."""
    spoken = [Subprotocol("ocpp1.6"), Subprotocol("ocpp2.0.1")]
    handler = acknowledge_quickly if quick else acknowledge
    async with serve(
        handler, "127.0.0.1", port, compression=None, subprotocols=spoken, backlog=4096
    ):
        await asyncio.Event().wait()


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)
    is_quick = "--quick" in sys.argv
    (uvloop.run if is_quick else asyncio.run)(main(int(sys.argv[1]), is_quick))
