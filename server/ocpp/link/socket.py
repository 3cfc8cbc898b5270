"""A WebSocket of a charger: the `websockets` package's sans-I/O protocol on a transport.

No task and no timer of its own: frames are handled as they arrive, and one clock looks
after all sockets (`tick`). Whole messages of text pass the protocol by (`whole_frames`).
"""

import asyncio
import logging
from collections.abc import Callable
from typing import NamedTuple, Protocol, cast

from websockets.exceptions import PayloadTooBig
from websockets.frames import BINARY, CONT, TEXT, CloseCode, Frame
from websockets.http11 import Request, Response
from websockets.protocol import CONNECTING, OPEN
from websockets.server import ServerProtocol

from server.ocpp.link import whole_frames
from server.ocpp.link.secure import Secured

LARGEST_MESSAGE = 2**20


class Patience(NamedTuple):
    """How long we wait, in seconds. One for all sockets."""

    idle: float
    """Silence, pings unanswered, after which a charger is gone."""
    ping_after: float
    """Silence after which we ask whether it is still there."""
    tick: float
    """How often somebody looks after the sockets."""
    handshake: float = 40.0
    close: float = 5.0

    @classmethod
    def by_heartbeat(cls, interval: float) -> "Patience":
        """Gone is who is silent for two intervals of heartbeats."""
        return cls(2 * interval, min(45.0, interval / 2), min(5.0, interval / 4))


_GUEST_BUSY, _PEER_BUSY = 1, 2
"""Why a socket is not read."""

_END_OF_REQUEST = b"\r\n\r\n"
_UNKNOWN = 1 << 62
"""More bytes than any frames take off again: all that such a socket says the protocol reads."""

_quiet = logging.getLogger("server.ocpp.websockets")
_quiet.setLevel(logging.WARNING)


class Guest(Protocol):
    """Who gets a socket's frames once its handshake is done."""

    def receive(self, frame: bytes) -> None:
        """A whole message."""
        ...

    def overlong(self, problem: str) -> None:
        """A message beyond the limit; the socket closes with 1009."""
        ...

    def tidy(self) -> None:
        """Some time has passed."""
        ...


class Doorkeeper(Protocol):
    """Who is told of a socket's beginning and end."""

    def knock(self, socket: "Socket", request: Request) -> None:
        """A handshake's request came; `accept` or `reject` it in your own time."""
        ...

    def gone(self, socket: "Socket", reason: str) -> None:
        """The socket is closed."""
        ...


class Socket(asyncio.Protocol):
    """One connection, from TCP's handshake to its end."""

    __slots__ = (
        "_deadline",
        "_doorkeeper",
        "_fragments",
        "_heard",
        "_held",
        "_loop",
        "_patience",
        "_pinged",
        "_protocol",
        "_silenced",
        "_sockets",
        "_transport",
        "_unread",
        "guest",
        "pinged",
    )

    def __init__(self, doorkeeper: Doorkeeper, sockets: "set[Socket]", patience: Patience) -> None:
        self._doorkeeper = doorkeeper
        self._sockets = sockets
        self._patience = patience
        self._loop = asyncio.get_running_loop()
        self._protocol = ServerProtocol(max_size=LARGEST_MESSAGE, logger=_quiet)
        self._fragments: list[bytes] | None = None
        self._heard = self._loop.time()
        self._deadline: float | None = self._heard + patience.handshake
        self._pinged = 0.0  # when, if it has not been heard since
        self._held = 0
        self._silenced = False  # cut for its silence
        self._transport: asyncio.Transport
        self._unread = 0  # bytes that the protocol has of what is not complete
        self.guest: Guest | None = None
        self.pinged = True
        """Whether it is asked whether it is still there; who is not, is gone once silent."""

    # What the gate and the visit do with it

    @property
    def peer(self) -> str:
        """The address that the TCP connection comes from."""
        name = self._transport.get_extra_info("peername")
        return str(name[0]) if isinstance(name, tuple) else ""

    @property
    def secured(self) -> Secured | None:
        """What its TLS handshake has proven; None = there was none."""
        secured: Secured | None = self._transport.get_extra_info("secured")
        return secured

    def accept(
        self, request: Request, choose: Callable[[list[str]], str | None]
    ) -> tuple[bool, str | None]:
        """Answers the handshake; `choose` picks among the subprotocols that are offered.

        Returns whether the WebSocket is open, and its subprotocol.
        """
        protocol = self._protocol
        protocol.select_subprotocol = choose  # type: ignore[method-assign, assignment] # as its constructor does
        response = protocol.accept(request)
        self._respond(response)
        if protocol.state is not OPEN:
            return False, None
        self._deadline = None
        return True, protocol.subprotocol

    def reject(self, status: int, text: str, retry_after: int | None = None) -> None:
        """Answers the handshake with an error."""
        response = self._protocol.reject(status, f"{text}\n")
        if status == 401:
            response.headers["WWW-Authenticate"] = 'Basic realm="OCPP", charset="UTF-8"'
        if retry_after is not None:
            response.headers["Retry-After"] = str(retry_after)
        self._respond(response)

    def send(self, frame: bytes) -> None:
        """Sends a text message, unless the socket is closing."""
        if self._protocol.state is OPEN and not self._transport.is_closing():
            self._transport.write(whole_frames.text(frame))

    def close(self, code: int, reason: str) -> None:
        """Begins the closing handshake; the socket is cut if that takes too long."""
        if self._protocol.state is OPEN:
            self._protocol.send_close(code, reason)
            self._flush()
        self._close_by(self._patience.close)

    def abort(self) -> None:
        """Cuts the connection."""
        self._transport.abort()

    def pause(self) -> None:
        """Stops reading: whoever sends will notice."""
        self._hold(_GUEST_BUSY)

    def resume(self) -> None:
        """Reads again."""
        self._release(_GUEST_BUSY)

    def tick(self, now: float) -> None:
        """Some time has passed: pings what is silent, cuts what is dead. `now` is the loop's."""
        if self._deadline is not None:
            if now > self._deadline:
                self.abort()
            return
        silent = now - self._heard
        if (self._pinged or not self.pinged) and silent > self._patience.idle:
            self._silenced = True
            self.abort()
        elif self.pinged and now - max(self._heard, self._pinged) > self._patience.ping_after:
            self._ping(now)
        if self.guest:
            self.guest.tidy()

    # What asyncio tells

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """The TCP connection is there."""
        self._transport = cast(asyncio.Transport, transport)
        self._sockets.add(self)

    def data_received(self, data: bytes) -> None:
        """Bytes came."""
        protocol = self._protocol
        self._heard = self._loop.time()
        self._pinged = 0.0
        if not self._unread and protocol.state is OPEN and self._fragments is None:
            message = whole_frames.read(data)
            if message is not None:
                if self.guest:
                    self.guest.receive(message)
                return
        self._unread += len(data)
        protocol.receive_data(data)
        events = protocol.events_received()
        if protocol.writes:
            self._flush()
        for event in events:
            if isinstance(event, Frame):
                self._frame(event)
            elif isinstance(event, Request):
                alone = self._unread == len(data) == data.find(_END_OF_REQUEST) + 4
                self._unread = 0 if alone else _UNKNOWN
                self._doorkeeper.knock(self, event)
        if protocol.parser_exc is not None:
            self._failed(protocol.parser_exc)

    def eof_received(self) -> None:
        """The other side has closed its half."""
        self._protocol.receive_eof()
        self._flush()

    def connection_lost(self, exc: Exception | None) -> None:
        """The TCP connection is over."""
        self._sockets.discard(self)
        self._protocol.receive_eof()
        self._doorkeeper.gone(self, self._reason(exc))

    def pause_writing(self) -> None:
        """The charger does not read its answers: it is not listened to until it does."""
        self._hold(_PEER_BUSY)

    def resume_writing(self) -> None:
        """It has read them."""
        self._release(_PEER_BUSY)

    # Inside

    def _ping(self, now: float) -> None:
        if self._protocol.state is OPEN:
            self._pinged = now
            self._protocol.send_ping(b"")
            self._flush()

    def _hold(self, reason: int) -> None:
        if not self._held and not self._transport.is_closing():
            self._transport.pause_reading()
        self._held |= reason

    def _release(self, reason: int) -> None:
        self._held &= ~reason
        if not self._held and not self._transport.is_closing():
            self._transport.resume_reading()

    def _frame(self, frame: Frame) -> None:
        self._unread -= whole_frames.size_of(frame)
        if frame.opcode is TEXT or frame.opcode is BINARY:
            if frame.fin:
                self._deliver(bytes(frame.data))
            else:
                self._fragments = [bytes(frame.data)]
        elif frame.opcode is CONT and self._fragments is not None:
            self._fragments.append(bytes(frame.data))
            if frame.fin:
                whole, self._fragments = b"".join(self._fragments), None
                self._deliver(whole)

    def _deliver(self, message: bytes) -> None:
        # What came in one piece with the charger's goodbye was said before it.
        if self.guest and (self._protocol.state is OPEN or self._protocol.close_rcvd_then_sent):
            self.guest.receive(message)

    def _failed(self, error: Exception) -> None:
        self._close_by(self._patience.close)
        if isinstance(error, PayloadTooBig) and self.guest:
            guest, self.guest = self.guest, None
            guest.overlong(f"longer than {LARGEST_MESSAGE} bytes: closed with 1009")

    def _respond(self, response: Response) -> None:
        if self._protocol.state is CONNECTING and not self._transport.is_closing():
            self._protocol.send_response(response)
            self._flush()
            if self._protocol.state is not OPEN:
                self._close_by(self._patience.close)

    def _flush(self) -> None:
        transport = self._transport
        for data in self._protocol.data_to_send():
            if transport.is_closing():
                return
            if data:
                transport.write(data)
            elif transport.can_write_eof():
                transport.write_eof()
            else:
                transport.close()

    def _close_by(self, seconds: float) -> None:
        if self._deadline is None:
            self._deadline = self._loop.time() + seconds
        else:
            self._deadline = min(self._deadline, self._loop.time() + seconds)

    def _reason(self, exc: Exception | None) -> str:
        """Why it ended, in words for an operator."""
        protocol = self._protocol
        if protocol.close_sent and protocol.close_rcvd is not protocol.close_sent:
            return f"closed here: {protocol.close_sent.code} {protocol.close_sent.reason}".strip()
        if protocol.close_rcvd:
            return f"closed by the charger: {protocol.close_rcvd.code}"
        if self._silenced:
            return "silent for too long"
        return "the connection broke" if exc else "the connection was cut"


GOING_AWAY = CloseCode.GOING_AWAY
PROTOCOL_ERROR = CloseCode.PROTOCOL_ERROR
