"""Whole messages pass websockets' parser by, and are read and written as it would."""

import asyncio
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from websockets.frames import BINARY, CONT, PING, TEXT, Frame, Opcode
from websockets.http11 import Request

from server.ocpp.link import whole_frames
from server.ocpp.link.socket import Patience, Socket

REQUEST = (
    b"GET /ocpp/A HTTP/1.1\r\nHost: h\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
)
SIZES = [0, 1, 125, 126, 127, 65_535, 65_536, 70_000]


def sent(opcode: Opcode, data: bytes, *, fin: bool = True) -> bytes:
    """A charger's frame."""
    return Frame(opcode, data, fin).serialize(mask=True)


@pytest.mark.parametrize("size", SIZES)
def test_a_frame_is_as_websockets_would_have_it(size: int) -> None:
    message = b"x" * size
    frame = sent(TEXT, message)
    assert whole_frames.read(frame) == (message if size < 65_536 else None)
    assert whole_frames.size_of(Frame(TEXT, message)) == len(frame)
    assert whole_frames.text(message) == Frame(TEXT, message).serialize(mask=False)


def test_nothing_else_is_a_whole_message() -> None:
    whole = sent(TEXT, b"hello")
    others = [
        b"",
        whole[:-1],
        whole + b"\x81",
        sent(TEXT, b"hello", fin=False),
        sent(BINARY, b"hello"),
        sent(CONT, b"hello"),
        sent(PING, b"hello"),
        Frame(TEXT, b"hello").serialize(mask=False),
    ]
    assert [whole_frames.read(other) for other in others] == [None] * len(others)


class _Place(asyncio.Transport):
    """Where a socket's bytes go, who lets it in, and who hears its messages."""

    def __init__(self) -> None:
        super().__init__()
        self.heard: list[bytes] = []

    def write(self, data: Any) -> None:
        """They go nowhere."""

    def is_closing(self) -> bool:
        return False

    def knock(self, socket: Socket, request: Request) -> None:
        assert socket.accept(request, lambda _: None)[0]
        socket.guest = self

    def gone(self, socket: Socket, reason: str) -> None:
        """It does not go."""

    def receive(self, frame: bytes) -> None:
        self.heard.append(frame)

    def overlong(self, problem: str) -> None:
        raise AssertionError(problem)

    def tidy(self) -> None:
        """No time passes."""


Said = tuple[list[bytes], list[bytes]]
"""Frames, and the messages that are heard of them."""

_WORDS = st.binary(max_size=300)
_WHOLE = _WORDS.map(lambda word: ([sent(TEXT, word)], [word]))
_OTHERS: st.SearchStrategy[Said] = st.one_of(
    _WORDS.map(lambda word: ([sent(BINARY, word)], [word])),
    st.binary(max_size=100).map(lambda word: ([sent(PING, word)], [])),
    st.tuples(_WORDS, _WORDS).map(
        lambda words: (
            [sent(TEXT, words[0], fin=False), sent(PING, b""), sent(CONT, words[1])],
            [words[0] + words[1]],
        )
    ),
)


@given(st.lists(_WHOLE | _OTHERS, max_size=8), st.data())
@settings(max_examples=30, deadline=None)
def test_however_the_bytes_are_cut_the_messages_are_the_same(
    said: list[Said], data: st.DataObject
) -> None:
    """Frame by frame, as they mostly come, or anyhow, the request included."""
    frames = [REQUEST, *(frame for each, _ in said for frame in each)]
    stream = b"".join(frames)
    cuts = data.draw(st.none() | st.sets(st.integers(0, len(stream)), max_size=12))
    pieces = frames
    if cuts is not None:
        pieces = [stream[one:other] for one, other in pairwise([0, *sorted(cuts), len(stream)])]

    async def hear() -> list[bytes]:
        place = _Place()
        socket = Socket(place, set(), Patience.by_heartbeat(300))
        socket.connection_made(place)
        for piece in filter(None, pieces):
            socket.data_received(piece)
        return place.heard

    assert asyncio.run(hear()) == [word for _, words in said for word in words]
