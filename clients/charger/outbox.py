"""Transaction messages that must not get lost: kept in order until each is answered."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable

from clients.charger.exchange import Message
from clients.charger.frames import CallError, Payload

Send = Callable[[object, Message], Awaitable[Payload]]
"""Sends a message under an id and returns the payload of the answer."""


class Letter:
    """One transaction message: the same id and payload however often it is sent."""

    __slots__ = ("_message", "_take", "_write", "answer", "attempts", "message_id")

    def __init__(
        self,
        message_id: object,
        write: Callable[[], Message],
        take: Callable[[Payload], None] | None,
    ) -> None:
        self.message_id = message_id
        self.attempts = 0
        self.answer: asyncio.Future[Payload] = asyncio.get_running_loop().create_future()
        self._message: Message | None = None
        self._write = write
        self._take = take

    @property
    def message(self) -> Message:
        """The message, written when first sent: a stop needs the id that its start was given."""
        if self._message is None:
            self._message = self._write()
        return self._message

    def take(self, answer: Payload) -> None:
        """The central system has the message."""
        if self._take is not None:
            self._take(answer)
        self.answer.set_result(answer)

    def give_up(self, fault: Exception) -> None:
        """The central system does not want the message."""
        self.answer.set_exception(fault)
        self.answer.exception()  # marked as seen: often nobody waits for it any more


class Outbox:
    """The queue of a station; survives its connections and its resets."""

    def __init__(self) -> None:
        self._letters: deque[Letter] = deque()
        self._turn = asyncio.Lock()

    def __len__(self) -> int:
        return len(self._letters)

    def put(
        self,
        message_id: object,
        write: Callable[[], Message],
        take: Callable[[Payload], None] | None = None,
    ) -> Letter:
        """Queues a message; `take` is called with its answer, before the next one is written."""
        letter = Letter(message_id, write, take)
        self._letters.append(letter)
        return letter

    async def deliver(
        self, send: Send, *, attempts: int, pause: Callable[[int], Awaitable[None]]
    ) -> None:
        """Sends what is queued, in order, until nothing is.

        A message that got CALLERROR or no answer is sent again after `pause(attempts so far)`;
        after `attempts` it is given up, and its answer raises what the last attempt raised.
        Disconnected comes through, and leaves the message first in the queue.
        """
        async with self._turn:
            while self._letters:
                letter = self._letters[0]
                if await attempt(letter, send, last=letter.attempts + 1 >= attempts):
                    self._letters.popleft()
                else:
                    await pause(letter.attempts)


async def attempt(letter: Letter, send: Send, *, last: bool) -> bool:
    """Sends the message once; whether it is done with."""
    try:
        answer = await send(letter.message_id, letter.message)
    except (CallError, TimeoutError) as fault:
        letter.attempts += 1
        if last:
            letter.give_up(fault)
        return last
    letter.take(answer)
    return True
