"""A charger that says exactly what a test wants it to say."""

import asyncio
import itertools
import json
from base64 import b64encode
from ssl import SSLContext
from types import TracebackType
from typing import Any, Self
from urllib.parse import quote

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.protocol import State
from websockets.typing import Subprotocol

DEADLINE = 10.0
BOOT = {"chargePointVendor": "Vendor", "chargePointModel": "Model"}
AVAILABLE = {"connectorId": 1, "status": "Available", "errorCode": "NoError"}


def basic(user: str | bytes, password: str | bytes) -> dict[str, str]:
    """The header of HTTP Basic authentication."""
    user = user.encode() if isinstance(user, str) else user
    password = password.encode() if isinstance(password, str) else password
    return {"Authorization": "Basic " + b64encode(user + b":" + password).decode()}


async def dial(
    url: str,
    subprotocols: tuple[str, ...] = ("ocpp1.6",),
    headers: dict[str, str] | None = None,
    tls: SSLContext | None = None,
) -> ClientConnection:
    """Opens a WebSocket as it is told; raises what `websockets` raises."""
    return await connect(
        url,
        subprotocols=[Subprotocol(name) for name in subprotocols] or None,
        additional_headers=headers,
        ssl=tls,
        compression=None,
        ping_interval=None,
        max_size=None,
        open_timeout=DEADLINE,
        proxy=None,
    )


class RawCharger:
    """A connected charger: frames out, frames in."""

    def __init__(self, connection: ClientConnection) -> None:
        self.connection = connection
        self._ids = map(str, itertools.count(1))

    async def send(self, frame: Any) -> None:
        """Sends a frame; text and bytes go as they are."""
        raw = frame if isinstance(frame, (str, bytes)) else json.dumps(frame)
        await self.connection.send(raw)

    async def receive(self) -> Any:
        """The next frame."""
        return json.loads(await self.receive_text())

    async def receive_text(self) -> str:
        """The next frame, as it came."""
        async with asyncio.timeout(DEADLINE):
            text = await self.connection.recv()
        assert isinstance(text, str)
        return text

    async def call(
        self, action: str, payload: Any = None, message_id: str | int | None = None
    ) -> Any:
        """Calls, and returns the answer's frame without its id."""
        own = next(self._ids) if message_id is None else message_id
        await self.send([2, own, action, {} if payload is None else payload])
        kind, answered, *rest = await self.receive()
        assert answered == own, [kind, *rest]
        return [kind, *rest]

    async def ask(self, action: str, payload: Any = None) -> dict[str, Any]:
        """Calls, and returns the payload of a CALLRESULT."""
        kind, *rest = await self.call(action, payload)
        assert kind == 3, rest
        payload_back: dict[str, Any] = rest[0]
        return payload_back

    async def answer(self, payload: Any) -> tuple[str, dict[str, Any]]:
        """Answers the next CALL; returns its action and payload."""
        kind, message_id, action, asked = await self.receive()
        assert kind == 2
        await self.send([3, message_id, payload])
        return action, asked

    async def closed(self) -> int:
        """Waits for the end; returns the close code."""
        async with asyncio.timeout(DEADLINE):
            try:
                while True:
                    await self.connection.recv()
            except ConnectionClosed:
                pass
        assert self.connection.close_code is not None
        return self.connection.close_code

    async def still_there(self) -> None:
        """The server has read all that was sent, and the socket lives."""
        async with asyncio.timeout(DEADLINE):
            await (await self.connection.ping())

    async def hang_up(self) -> None:
        """Closes the connection, if it is still there."""
        if self.connection.state is not State.CLOSED:
            await self.connection.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.hang_up()


def path_of(identity: str) -> str:
    """The path of an identity, percent-encoded."""
    return f"/ocpp/{quote(identity, safe='')}"
