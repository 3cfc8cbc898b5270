"""The port `Bus` over NATS: each node answers at a subject of its own."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from hashlib import sha256

import nats
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.aio.subscription import Subscription
from nats.errors import Error, NoRespondersError
from nats.errors import TimeoutError as LateError

from server.work.ports import NobodyThereError

log = logging.getLogger(__name__)
Answer = Callable[[bytes], Awaitable[bytes]]
FAREWELL = 2
"""Seconds in which NATS hears that nobody answers here any more; then we go without."""


class NatsBus:
    """A connection to NATS. It comes back by itself, however long that takes."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._client = Client()
        self._answering: set[asyncio.Task[None]] = set()
        self._subscriptions: list[Subscription] = []

    async def start(self) -> None:
        """Connects. OSError: there is nobody."""
        try:
            self._client = await nats.connect(
                self._url, max_reconnect_attempts=-1, connect_timeout=5, error_cb=_complain
            )
        except (Error, OSError, TimeoutError) as error:
            raise OSError(f"AMPLINE_NATS: {error}") from error

    async def close(self) -> None:
        """Answers nothing any more: whoever asks from now on hears at once that nobody is there."""
        with suppress(Error, TimeoutError):
            for subscription in self._subscriptions:
                await subscription.unsubscribe()
            await self._client.flush(FAREWELL)
        for task in self._answering:
            task.cancel()
        await self._client.close()

    async def serve(self, node: str, answer: Answer) -> None:
        """Answers what is asked of the node, many at once."""

        async def heard(message: Msg) -> None:
            task = asyncio.create_task(_respond(message, answer))
            self._answering.add(task)
            task.add_done_callback(self._answering.discard)

        self._subscriptions.append(await self._client.subscribe(_subject(node), cb=heard))
        await self._client.flush()

    async def ask(self, node: str, question: bytes, timeout: float) -> bytes:  # noqa: ASYNC109 - the port's
        """The node's answer. NobodyThereError, TimeoutError."""
        try:
            answer = await self._client.request(_subject(node), question, timeout=timeout)
        except (TimeoutError, LateError):
            raise TimeoutError from None
        except (NoRespondersError, Error):
            raise NobodyThereError(node) from None
        return bytes(answer.data)


async def _respond(message: Msg, answer: Answer) -> None:
    try:
        await message.respond(await answer(message.data))
    except Exception:
        log.exception("another node's question was not answered")


async def _complain(error: Exception) -> None:
    log.warning("the bus: %s", error)


def _subject(node: str) -> str:
    """A node's subject: of its name only what a subject may have would tell it from no other."""
    return f"ampline.node.{sha256(node.encode()).hexdigest()[:32]}"
