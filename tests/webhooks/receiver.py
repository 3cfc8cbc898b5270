"""Receives webhooks as a customer's server would, and verifies each with the library for that."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any, NamedTuple, Self

from aiohttp import web
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

DEADLINE = 40.0


class Received(NamedTuple):
    """A delivery that was verified."""

    id: str
    body: dict[str, Any]

    @property
    def position(self) -> int:
        return int(self.id.partition("/")[2])

    @property
    def subject(self) -> str:
        return str(self.body["subject"])


Answer = Callable[[Received], "web.Response | Awaitable[web.Response]"]


def take(_: Received) -> web.Response:
    """As most answer."""
    return web.Response(status=204)


class Receiver:
    """A server on a port of its own; `answer` may be changed at any time."""

    def __init__(self, answer: Answer = take) -> None:
        self.answer = answer
        self.secrets: list[str] = []
        """Those with any of which a signature may be made; set before the first delivery."""
        self.received: list[Received] = []
        """All that came, in its order, whatever was answered."""
        self.rejected = 0
        """Signatures that were wrong: must stay 0."""
        self.requests: list[web.Request] = []
        self._came = asyncio.Event()
        self.port = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hook"

    async def __aenter__(self) -> Self:
        return await self.start()

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    async def start(self) -> Self:
        """Listens; at the port where it did before, if it did."""
        app = web.Application(client_max_size=2**24)
        app.router.add_route("*", "/{path:.*}", self._handle)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self.port, reuse_address=True)
        await site.start()
        self.port = self._runner.addresses[0][1]
        return self

    async def stop(self) -> None:
        """Hangs up on everybody."""
        await self._runner.cleanup()

    async def until(self, enough: Callable[[list[Received]], bool]) -> list[Received]:
        """Waits until what came is enough."""
        async with asyncio.timeout(DEADLINE):
            while not enough(self.received):
                self._came.clear()
                await self._came.wait()
        return self.received

    async def until_ids(self, *positions: int) -> list[Received]:
        """Waits until these events came."""
        return await self.until(lambda all_: set(positions) <= {each.position for each in all_})

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        body = await request.read()
        try:
            self._verify(body, dict(request.headers))
        except WebhookVerificationError:
            self.rejected += 1
            raise
        received = Received(request.headers["webhook-id"], json.loads(body))
        self.received.append(received)
        self.requests.append(request)
        answer = self.answer(received)
        self._came.set()
        return answer if isinstance(answer, web.Response) else await answer

    def _verify(self, body: bytes, headers: dict[str, str]) -> None:
        *others, last = self.secrets
        for secret in others:
            try:
                Webhook(secret).verify(body, headers)
                return
            except WebhookVerificationError:
                continue
        Webhook(last).verify(body, headers)
