"""Many callers of one RPC over one HTTP/2 connection, as lean as can be (RFC 9113, 7541).

Requests are made once and only get their stream's number; answers are held against the
bytes that are expected, so that an error cannot pass for a quick answer.
"""

import asyncio
from typing import cast

_DATA, _HEADERS, _SETTINGS, _PING, _GOAWAY, _WINDOW = 0, 1, 4, 6, 7, 8
_ACK = _END_STREAM = 1
_END_HEADERS = 4
_MOST = 2**31 - 1
_TOP_UP = 2**30
_PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
_LARGE_WINDOWS = (4).to_bytes(2) + _MOST.to_bytes(4)


class WrongAnswerError(RuntimeError):
    """An answer was an error, or not what it should be."""


class Callers(asyncio.Protocol):
    """Calls `method` with one request over and over, `concurrency` at a time."""

    def __init__(self, method: str, request: bytes, expected: bytes, key: str) -> None:
        self.answers = 0
        self._headers = _frame_tail(_HEADERS, _END_HEADERS, _header_block(method, key))
        self._request = _frame_tail(_DATA, _END_STREAM, _message(request))
        self._expected = _message(expected)
        self._next_stream = 1
        self._received: dict[int, list[bytes]] = {}
        self._credit = 0
        self._buffer = b""
        self._calling = False
        self.failure: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._transport: asyncio.Transport

    def start(self, concurrency: int) -> None:
        """Begins to call."""
        self._calling = True
        for _ in range(concurrency):
            self._call()

    def stop(self) -> None:
        """Makes no further call, and hangs up."""
        self._calling = False
        self._transport.close()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """The TCP connection is there."""
        self._transport = cast(asyncio.Transport, transport)
        settings = _frame(_SETTINGS, 0, 0, _LARGE_WINDOWS)
        self._transport.write(_PREFACE + settings + _window(_MOST - 65_535))

    def connection_lost(self, exc: Exception | None) -> None:
        """The TCP connection is over."""
        if self._calling:
            self._fail("the connection was cut")

    def data_received(self, data: bytes) -> None:
        """Bytes came."""
        data = self._buffer + data if self._buffer else data
        at = 0
        while len(data) - at >= 9:
            end = at + 9 + int.from_bytes(data[at : at + 3])
            if end > len(data):
                break
            stream = int.from_bytes(data[at + 5 : at + 9]) & _MOST
            self._frame(data[at + 3], data[at + 4], stream, data[at + 9 : end])
            at = end
        self._buffer = data[at:]

    def _frame(self, kind: int, flags: int, stream: int, payload: bytes) -> None:
        if kind == _DATA:
            self._received[stream].append(payload)
            self._count(len(payload))
        if kind in {_DATA, _HEADERS} and flags & _END_STREAM:
            self._answered(b"".join(self._received.pop(stream)))
        elif kind in {_SETTINGS, _PING} and not flags & _ACK:
            self._transport.write(_frame(kind, _ACK, 0, payload if kind == _PING else b""))
        elif kind == _GOAWAY:
            self._fail(f"GOAWAY {payload!r}")

    def _count(self, size: int) -> None:
        self._credit += size
        if self._credit > _TOP_UP:
            self._transport.write(_window(self._credit))
            self._credit = 0

    def _answered(self, answer: bytes) -> None:
        if answer != self._expected:
            self._fail(f"{answer[:200]!r} instead of {self._expected[:200]!r}")
        self.answers += 1
        if self._calling:
            self._call()

    def _call(self) -> None:
        stream = self._next_stream.to_bytes(4)
        self._received[self._next_stream] = []
        self._next_stream += 2
        (size, headers), (length, request) = self._headers, self._request
        self._transport.write(size + stream + headers + length + stream + request)

    def _fail(self, why: str) -> None:
        self._calling = False
        if not self.failure.done():
            self.failure.set_exception(WrongAnswerError(why))


def _message(content: bytes) -> bytes:
    """A gRPC message, not compressed."""
    return b"\0" + len(content).to_bytes(4) + content


def _frame(kind: int, flags: int, stream: int, payload: bytes) -> bytes:
    head, tail = _frame_tail(kind, flags, payload)
    return head + stream.to_bytes(4) + tail


def _frame_tail(kind: int, flags: int, payload: bytes) -> tuple[bytes, bytes]:
    """What stands before a frame's stream number, and what behind it."""
    return len(payload).to_bytes(3) + bytes([kind, flags]), payload


def _window(credit: int) -> bytes:
    return _frame(_WINDOW, 0, 0, credit.to_bytes(4))


def _header_block(method: str, key: str) -> bytes:
    post, http = b"\x83", b"\x86"
    headers = {
        b"te": b"trailers",
        b"content-type": b"application/grpc",
        b"authorization": f"Bearer {key}".encode(),
    }
    named = b"".join(b"\0" + _text(name) + _text(value) for name, value in headers.items())
    return post + http + b"\x04" + _text(method.encode()) + b"\x01" + _text(b"localhost") + named


def _text(value: bytes) -> bytes:
    """A string of HPACK, which is not Huffman-coded and shorter than 127 bytes."""
    return bytes([len(value)]) + value
