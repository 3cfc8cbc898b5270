"""A charger's end of a WebSocket, as lean as can be (RFC 6455, no compression).

Its frames are masked with zeros: a server has to unmask them all the same.
"""

import asyncio
from base64 import b64encode
from collections.abc import Callable
from typing import cast

Answer = Callable[[bytes], bytes]
"""What to say to a CALL of the server's."""

_OPCODE, _CLOSE, _PING = 0x0F, 0x8, 0x9
_REQUEST = (
    "GET /ocpp/{identity} HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\n"
    "Connection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
    "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: {subprotocol}\r\n"
    "Authorization: Basic {credentials}\r\n\r\n"
)


class TurnedAwayError(ConnectionError):
    """The handshake was refused, the connection was cut, or a CALL got a CALLERROR."""


class Station(asyncio.Protocol):
    """One charger; `answer` says what it tells the server when it is asked something.

    `transaction` and `meter_wh` are what it last heard and what its meter shows, `heartbeat_at`
    when its first heartbeat is due.
    """

    def __init__(self, identity: str, answer: Answer | None = None) -> None:
        self.identity = identity
        self.transaction = 0
        self.meter_wh = 0
        self.heartbeat_at = 0.0
        self._answer = answer
        self._buffer = b""
        self._open = False
        self._waiting: asyncio.Future[bytes] | None = None
        self._transport: asyncio.Transport

    async def connect(self, port: int, password: str, subprotocol: str = "ocpp1.6") -> None:
        """Dials, and waits for the end of the handshake."""
        loop = asyncio.get_running_loop()
        await loop.create_connection(lambda: self, "127.0.0.1", port)
        credentials = b64encode(f"{self.identity}:{password}".encode()).decode()
        request = _REQUEST.format(
            identity=self.identity, credentials=credentials, subprotocol=subprotocol
        )
        self._waiting = loop.create_future()
        self._transport.write(request.encode())
        await self._waiting

    async def call(self, message: bytes) -> bytes:
        """Sends a CALL; its CALLRESULT."""
        self._waiting = asyncio.get_running_loop().create_future()
        self._transport.write(_frame(message))
        return await self._waiting

    def close(self) -> None:
        """Hangs up."""
        self._transport.close()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """The TCP connection is there."""
        self._transport = cast(asyncio.Transport, transport)

    def connection_lost(self, exc: Exception | None) -> None:
        """The TCP connection is over."""
        self._fail("the connection was cut")

    def data_received(self, data: bytes) -> None:
        """Bytes came."""
        self._buffer += data
        if not self._open:
            self._read_handshake()
        while self._open and (end := _end_of_frame(self._buffer)):
            frame, self._buffer = self._buffer[:end], self._buffer[end:]
            self._receive(frame)

    def _read_handshake(self) -> None:
        head, end, rest = self._buffer.partition(b"\r\n\r\n")
        if end and head.startswith(b"HTTP/1.1 101 "):
            self._open, self._buffer = True, rest
            self._settle(b"")
        elif end:
            self._fail(head.partition(b"\r\n")[0].decode())

    def _receive(self, frame: bytes) -> None:
        opcode, payload = frame[0] & _OPCODE, frame[_start_of_payload(frame) :]
        if opcode == _PING:
            self._transport.write(b"\x8a" + bytes([0x80 | len(payload)]) + bytes(4) + payload)
        elif opcode == _CLOSE:
            self._fail(f"closed by the server: {payload[2:].decode()}")
        elif payload.startswith(b"[2,"):
            assert self._answer is not None
            self._transport.write(_frame(self._answer(payload)))
        elif payload.startswith(b"[3,"):
            self._settle(payload)
        else:
            self._fail(payload.decode())

    def _settle(self, payload: bytes) -> None:
        waiting, self._waiting = self._waiting, None
        if waiting and not waiting.done():
            waiting.set_result(payload)

    def _fail(self, why: str) -> None:
        waiting, self._waiting = self._waiting, None
        if waiting and not waiting.done():
            waiting.set_exception(TurnedAwayError(f"{self.identity}: {why}"))


def _frame(message: bytes) -> bytes:
    size = len(message)
    if size < 126:
        return b"\x81" + bytes([0x80 | size]) + bytes(4) + message
    return b"\x81\xfe" + size.to_bytes(2) + bytes(4) + message


def _start_of_payload(frame: bytes) -> int:
    return {126: 4, 127: 10}.get(frame[1], 2)


def _end_of_frame(data: bytes) -> int:
    """Where the first frame ends; 0 if it is not complete."""
    if len(data) < 2:
        return 0
    start = _start_of_payload(data)
    if len(data) < start:
        return 0
    size = data[1] if start == 2 else int.from_bytes(data[2:start])
    return start + size if len(data) >= start + size else 0
