"""A central system of the tests' own: a WebSocket server that answers what it is told to answer."""

import asyncio
import json
from collections.abc import Callable
from contextlib import suppress
from types import TracebackType
from typing import Any, Self

from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

DEADLINE = 10
NOW = "2026-01-31T12:00:00.000Z"
Payload = dict[str, Any]
Answer = Payload | list[Any] | None


class CentralSystem:
    """Keeps what stations call, in order, and answers each action from `answers`."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, Payload]] = []
        """Every call: action and payload."""
        self.frames: list[Any] = []
        """Every frame as it came."""
        self.requests: list[Any] = []
        """The handshakes' requests."""
        self.connections: list[ServerConnection] = []
        self.transaction_ids = iter(range(1, 1000))
        self.answers: dict[str, Callable[[Payload], Answer]] = {
            "BootNotification": lambda _: boot_answer("Accepted"),
            "Heartbeat": lambda _: {"currentTime": NOW},
            "Authorize": lambda _: {
                "idTagInfo": {"status": "Accepted"},
                "idTokenInfo": {"status": "Accepted"},
            },
            "TransactionEvent": lambda _: {"idTokenInfo": {"status": "Accepted"}},
            "StartTransaction": lambda _: start_answer(next(self.transaction_ids)),
        }
        self._changed = asyncio.Condition()
        self._waiting: dict[str, asyncio.Future[Any]] = {}
        self._server: Server

    async def __aenter__(self) -> Self:
        spoken = [Subprotocol(f"ocpp{version}") for version in ("1.6", "2.0.1", "2.1")]
        self._server = await serve(self._serve, "127.0.0.1", 0, subprotocols=spoken)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.close()
        await self._server.wait_closed()

    @property
    def url(self) -> str:
        """Where stations call."""
        port = next(iter(self._server.sockets)).getsockname()[1]
        return f"ws://127.0.0.1:{port}/ocpp"

    @property
    def actions(self) -> list[str]:
        """The actions called, in order."""
        return [action for action, _ in self.calls]

    def payloads(self, action: str) -> list[Payload]:
        """The payloads of one action, in order."""
        return [payload for called, payload in self.calls if called == action]

    async def until(self, condition: Callable[[], bool]) -> None:
        """Waits until something is so."""
        async with asyncio.timeout(DEADLINE), self._changed:
            await self._changed.wait_for(condition)

    async def called(self, action: str, times: int = 1) -> Payload:
        """Waits until an action was called so often; returns the latest payload."""
        await self.until(lambda: self.actions.count(action) >= times)
        return self.payloads(action)[times - 1]

    async def call(self, action: str, payload: Payload, message_id: str = "c-1") -> Any:
        """Calls the station that connected last; returns its frame."""
        waiter = asyncio.get_running_loop().create_future()
        self._waiting[message_id] = waiter
        await self.connections[-1].send(json.dumps([2, message_id, action, payload]))
        return await asyncio.wait_for(waiter, DEADLINE)

    async def _serve(self, connection: ServerConnection) -> None:
        self.connections.append(connection)
        self.requests.append(connection.request)
        await self._notify()
        with suppress(ConnectionClosed):
            async for text in connection:
                await self._receive(connection, json.loads(text))
        await self._notify()

    async def _receive(self, connection: ServerConnection, frame: list[Any]) -> None:
        self.frames.append(frame)
        if frame[0] == 2:
            self.calls.append((frame[2], frame[3]))
            answer = self.answers.get(frame[2], confirm)(frame[3])
            if isinstance(answer, dict):
                await connection.send(json.dumps([3, frame[1], answer]))
            elif answer is not None:
                await connection.send(json.dumps([4, frame[1], *answer]))
        elif (waiter := self._waiting.pop(frame[1], None)) is not None:
            waiter.set_result(frame)
        await self._notify()

    async def _notify(self) -> None:
        async with self._changed:
            self._changed.notify_all()


def confirm(_: Payload) -> Answer:
    """An answer without content."""
    return {}


def boot_answer(status: str, interval: int = 300) -> Payload:
    """An answer to BootNotification."""
    return {"status": status, "interval": interval, "currentTime": NOW}


def start_answer(transaction_id: int, status: str = "Accepted") -> Payload:
    """An answer to StartTransaction."""
    return {"transactionId": transaction_id, "idTagInfo": {"status": status}}
