"""A station's end of the line: it dials, calls, is called, and loses nothing on the way."""

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Coroutine, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import count
from secrets import token_hex
from types import TracebackType
from typing import Any, Self

from clients.charger import frames
from clients.charger.bell import Bell
from clients.charger.exchange import Message, Reply
from clients.charger.frames import CallError, Disconnected, Payload
from clients.charger.link import Address, Link, Observer, dial
from clients.charger.outbox import Outbox

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Command:
    """A call that the central system made."""

    message_id: object
    action: str
    payload: Payload


class Endpoint:
    """Speaks OCPP-J for a station, whatever the version."""

    def __init__(self, address: Address, observer: Observer | None = None) -> None:
        self.address = address
        self.identity = address.identity
        self.timeout = address.timeout
        self.outbox = Outbox()
        self.link: Link | None = None
        self.commands: deque[Command] = deque(maxlen=100)
        """The latest calls of the central system that `received` has not handed out."""
        self._observer = observer
        self._answers: dict[str, Payload | CallError | None] = {}
        self._bell = Bell()
        self._tasks: set[asyncio.Task[object]] = set()
        self._prefix = token_hex(4)
        self._ids = count(1)

    # Connection

    async def __aenter__(self) -> Self:
        await self.connect()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()

    @property
    def online(self) -> bool:
        """Whether there is an open connection."""
        return self.link is not None and self.link.open

    @property
    def ready(self) -> bool:
        """Whether transaction messages may be sent."""
        return self.online

    async def connect(self) -> None:
        """Opens a connection; raises `websockets` errors where the handshake is refused."""
        connection = await dial(self.address, self.ping_interval)
        self.link = Link(connection, self._on_call, self._observer)
        self.link.ended.add_done_callback(lambda _: self.wake())
        self.wake()

    async def disconnect(self, code: int = 1000, reason: str = "") -> None:
        """Closes the connection politely."""
        if self.link is not None:
            await self.link.close(code, reason)

    async def cut(self) -> None:
        """Loses the connection as a lost network does: without a close frame."""
        if self.link is not None:
            await self.link.cut()

    async def close(self) -> None:
        """Ends everything that the station does, and its connection."""
        tasks = [task for task in self._tasks if task is not asyncio.current_task()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self.disconnect()

    # Calls out

    async def call(
        self,
        action: str,
        payload: Payload | None = None,
        *,
        message_id: object | None = None,
        within: float | None = None,
    ) -> Payload:
        """Makes any call; returns the answer's payload.

        Raises CallError, Disconnected, or TimeoutError.
        """
        if self.link is None:
            raise Disconnected
        name = self.new_id() if message_id is None else message_id
        return await self.link.call(name, action, payload or {}, within or self.timeout)

    def new_id(self) -> str:
        """A message id that no other message has."""
        return f"{self._prefix}-{next(self._ids)}"

    async def say(self, message: Message) -> Payload:
        """Makes a call of the dialect."""
        return await self.call(message.action, message.payload)

    async def call_raw(self, frame: Sequence[Any], *, within: float | None = None) -> list[Any]:
        """Sends any frame at once, also beside calls that wait; returns the whole answer."""
        link = self._open_link()
        return await link.exchange(frames.encode(frame), frame[1], within or self.timeout)

    async def send_raw(self, text: str | bytes) -> None:
        """Sends any text, or any bytes as a binary message."""
        await self._open_link().send(text)

    async def receive_raw(self, within: float = 10) -> str:
        """The next frame that answered nothing."""
        async with asyncio.timeout(within):
            return await self._open_link().unclaimed.get()

    def _open_link(self) -> Link:
        if self.link is None:
            raise Disconnected
        return self.link

    async def post(
        self,
        write: Callable[[], Message],
        message_id: object | None = None,
        take: Callable[[Payload], None] | None = None,
    ) -> Payload | None:
        """Queues a transaction message and sends the queue; None where it waits for a connection.

        Raises CallError or TimeoutError if the message was given up.
        """
        name = self.new_id() if message_id is None else message_id
        letter = self.outbox.put(name, write, take)
        self.wake()
        if self.ready:
            with suppress(Disconnected):
                await self.flush()
        return letter.answer.result() if letter.answer.done() else None

    async def flush(self) -> None:
        """Sends the queued transaction messages, in order; raises Disconnected."""
        await self.outbox.deliver(self._send_letter, attempts=self.attempts, pause=self.pause)

    async def _send_letter(self, message_id: object, message: Message) -> Payload:
        return await self.call(message.action, message.payload, message_id=message_id)

    @property
    def attempts(self) -> int:
        """How often a transaction message is sent before it is given up."""
        return 1

    async def pause(self, attempts: int) -> None:
        """Waits before a transaction message is sent again, after so many attempts."""

    @property
    def ping_interval(self) -> float | None:
        """Seconds between the pings of a connection."""
        return None

    # Calls in

    def answer_with(self, action: str, answer: Payload | CallError | None) -> None:
        """Answers a call of the central system so, and does nothing else; None keeps silent."""
        self._answers[action] = answer

    async def received(self, action: str, within: float = 10) -> Command:
        """Waits for a call of the central system, and hands each out once."""

        def found() -> list[Command]:
            return [command for command in self.commands if command.action == action]

        await self._bell.until(lambda: bool(found()), within)
        command = found()[0]
        self.commands.remove(command)
        return command

    async def until(self, condition: Callable[[], bool], within: float | None = 10) -> None:
        """Waits until something is so of the station: `until(lambda: not station.online)`."""
        await self._bell.until(condition, within)

    def wake(self) -> None:
        """Lets those who wait look again."""
        self._bell.ring()

    async def _on_call(self, message_id: object, action: str, payload: Payload) -> None:
        self.commands.append(Command(message_id, action, payload))
        self.wake()
        if self._answers.get(action, ...) is None:
            return
        try:
            reply = self._reply(action, payload)
        except CallError as fault:
            await self._open_link().send(frames.error(message_id, fault))
            return
        await self._open_link().send(frames.result(message_id, reply.payload))
        if reply.afterwards is not None:
            self.spawn(reply.afterwards)

    def _reply(self, action: str, payload: Payload) -> Reply:
        scripted = self._answers.get(action)
        if isinstance(scripted, CallError):
            raise scripted
        return self.handle(action, payload) if scripted is None else Reply(scripted)

    def handle(self, action: str, payload: Payload) -> Reply:
        """Does what the central system calls for; raises CallError."""
        raise CallError("NotImplemented", f"{action} is not known here")

    def spawn(self, work: Coroutine[Any, Any, object]) -> None:
        """Does something in the background, until the station is closed."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[object]) -> None:
        self._tasks.discard(task)
        if task.cancelled() or (fault := task.exception()) is None:
            return
        level = logging.DEBUG if isinstance(fault, Disconnected) else logging.WARNING
        log.log(level, "%s: %r", self.identity, fault)
