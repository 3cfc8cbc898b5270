"""One connection to a central system: calls out, answers in, and the other way round."""

import asyncio
import contextlib
from base64 import b64encode
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from ssl import SSLContext
from typing import Any
from urllib.parse import quote

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

from clients.charger import frames
from clients.charger.frames import Disconnected, Payload

Observer = Callable[[str, str], None]
"""Told of every frame: `"sent"` or `"received"`, and its text."""

OnCall = Callable[[object, str, Payload], Awaitable[None]]
"""Given a call's id, action and payload: sees to the answer."""

LARGEST_FRAME = 16 * 2**20


@dataclass(frozen=True, slots=True)
class Address:
    """Where a station calls, and as whom."""

    url: str
    """`ws://host:port/ocpp`; the identity is appended."""
    identity: str
    password: str | bytes | None = None
    subprotocols: tuple[str, ...] = ("ocpp1.6",)
    ssl: SSLContext | None = None
    timeout: float = 30
    """Seconds to wait for a handshake, and for an answer."""


async def dial(address: Address, ping_interval: float | None = None) -> ClientConnection:
    """Opens the WebSocket `{url}/{identity}`, the identity percent-encoded, with Basic auth.

    Raises what `websockets` raises: `InvalidStatus` with the response of a refused handshake,
    `OSError` where nobody listens, `TimeoutError`.
    """
    return await connect(
        f"{address.url.rstrip('/')}/{quote(address.identity, safe='')}",
        subprotocols=[Subprotocol(name) for name in address.subprotocols] or None,
        additional_headers=credentials(address),
        compression=None,
        ssl=address.ssl,
        proxy=None,
        open_timeout=address.timeout,
        ping_interval=ping_interval,
        close_timeout=5,
        max_size=LARGEST_FRAME,
    )


def credentials(address: Address) -> dict[str, str]:
    """The Authorization header of a station that has a password, which may be any bytes."""
    secret = address.password
    if secret is None:
        return {}
    known = (
        address.identity.encode()
        + b":"
        + (secret if isinstance(secret, bytes) else secret.encode())
    )
    return {"Authorization": "Basic " + b64encode(known).decode()}


class Link:
    """An open connection, with one task that reads it."""

    def __init__(
        self, connection: ClientConnection, on_call: OnCall, observer: Observer | None = None
    ) -> None:
        self.connection = connection
        self.unclaimed: asyncio.Queue[str] = asyncio.Queue()
        """Frames that answered nothing we wait for, and what is no frame."""
        self.ended: asyncio.Future[Disconnected] = asyncio.get_running_loop().create_future()
        """Done when the connection is closed; its result says why."""
        self._on_call = on_call
        self._observer = observer
        self._waiting: dict[object, asyncio.Future[list[Any]]] = {}
        self._turn = asyncio.Lock()
        self._reader = asyncio.create_task(self._read())

    @property
    def open(self) -> bool:
        """Whether frames can be sent."""
        return not self.ended.done()

    async def call(
        self, message_id: object, action: str, payload: Payload, within: float
    ) -> Payload:
        """Sends a CALL once every earlier one is answered; returns the payload of the answer.

        Raises CallError, Disconnected, or TimeoutError when no answer came in `within` seconds.
        """
        async with self._turn:
            text = frames.call(message_id, action, payload)
            frame = await self.exchange(text, message_id, within)
        if frame[0] == frames.CALL_ERROR:
            code, description, details = (*frame[2:5], "", "", {})[:3]
            raise frames.CallError(code, description, details)
        return dict(frame[2])

    async def exchange(self, text: str, message_id: object, within: float) -> list[Any]:
        """Sends a text at once and returns the frame that answers `message_id`."""
        waiter = asyncio.get_running_loop().create_future()
        self._waiting[message_id] = waiter
        try:
            await self.send(text)
            async with asyncio.timeout(within):
                return list(await waiter)
        finally:
            self._waiting.pop(message_id, None)

    async def send(self, text: str | bytes) -> None:
        """Sends a text (or, for nasty tests, a binary) frame as it stands."""
        if self.ended.done():
            raise self.ended.result()
        self._observe("sent", text)
        try:
            await self.connection.send(text)
        except ConnectionClosed as closed:
            raise reason_of(closed) from closed

    async def close(self, code: int = 1000, reason: str = "") -> None:
        """Closes with a close frame, and waits until it is closed."""
        await self.connection.close(code, reason)
        await self._reader

    async def cut(self) -> None:
        """Tears the TCP connection down without a word, as a lost network does."""
        self.connection.transport.abort()
        await self._reader

    async def _read(self) -> None:
        end = Disconnected()
        try:
            while True:
                await self._receive(await self.connection.recv())
        except ConnectionClosed as closed:
            end = reason_of(closed)
        except Disconnected as closed:
            end = closed
        finally:
            self._end(end)

    def _end(self, end: Disconnected) -> None:
        self.ended.set_result(end)
        for waiter in self._waiting.values():
            if not waiter.done():
                waiter.set_exception(end)
                waiter.exception()  # marked as seen: who waited may have failed to send

    async def _receive(self, text: str | bytes) -> None:
        self._observe("received", text)
        frame = frames.decode(text)
        if frame is not None and frame[0] == frames.CALL and len(frame) == 4:
            await self._on_call(frame[1], frame[2], frame[3])
        elif frame is None or not self._resolve(frame):
            self.unclaimed.put_nowait(as_text(text))

    def _resolve(self, frame: list[Any]) -> bool:
        waiter = None
        with contextlib.suppress(TypeError):  # an id that cannot be hashed
            waiter = self._waiting.get(frame[1])
        if waiter is None or waiter.done():
            return False
        waiter.set_result(frame)
        return True

    def _observe(self, direction: str, text: str | bytes) -> None:
        if self._observer is not None:
            self._observer(direction, as_text(text))


def reason_of(closed: ConnectionClosed) -> Disconnected:
    """Why a connection is closed, from the peer's close frame where there was one."""
    frame = closed.rcvd or closed.sent
    return Disconnected(frame.code, frame.reason) if frame else Disconnected()


def as_text(text: str | bytes) -> str:
    """The frame's text; what is no UTF-8 is marked."""
    return text if isinstance(text, str) else text.decode(errors="replace")
