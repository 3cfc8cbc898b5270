"""(k) Webhooks to a local receiver: signed, noted, in the order of each subject.

The baseline posts the same bodies from memory and notes nothing.
"""

import asyncio
import time
from pathlib import Path

import aiohttp

from ampline.v1.charge_point_event_pb2 import ChargePointTransferStatus
from server.resources import events
from server.store.database import open_database
from server.store.lane import WriteLane
from server.store.models import WebhookEndpoint
from server.store.unit import Unit
from server.work.access.webhook_secrets import new_webhook_secret
from tests.bench.figures import Figure
from tests.bench.ours import ampline, database_in

EVENTS = 3_000
SUBJECTS = 200
AT_ONCE = 32
_ANSWER = b"HTTP/1.1 204 No Content\r\n\r\n"


async def measure(folder: Path, rounds: int) -> list[Figure]:
    """Deliveries a second, from the first to the last."""
    rates = []
    for number in range(rounds):
        async with _Receiver() as receiver:
            inside = folder / str(number)
            inside.mkdir()
            _seed(inside, receiver.url)
            with ampline(inside):
                ours = await receiver.rate(EVENTS)
            bare = await _bare(receiver)
        rates.append((ours, bare))
    return [Figure("webhooks", "deliveries to one endpoint", "/s", rates, 500, absolute=True)]


def _seed(folder: Path, url: str) -> None:
    """A log with events that an endpoint has not had yet."""
    database = open_database(f"sqlite:///{database_in(folder)}")
    lane = WriteLane(database)

    def tell(unit: Unit) -> None:
        unit.execute(
            WebhookEndpoint.insert(
                name="webhookEndpoints/bench",
                url=url,
                signing_secret=new_webhook_secret(),
                secret_time=0,
                create_time=0,
                update_time=0,
            )
        )
        for number in range(EVENTS):
            payload = ChargePointTransferStatus(status=str(number))
            subject = f"chargePoints/CP{number % SUBJECTS}"
            unit.tell(events.event("charge_point.log_status", subject, payload, unit.now))

    lane.write_now(tell)
    lane.close()
    database.close()


async def _bare(receiver: "_Receiver") -> float:
    """The same bodies, so many at once, by the same library."""
    receiver.forget()
    bodies = iter([receiver.body] * EVENTS)

    async def post(session: aiohttp.ClientSession) -> None:
        for body in bodies:
            async with session.post(receiver.url, data=body):
                pass

    async with aiohttp.ClientSession() as session:
        counting = asyncio.create_task(receiver.rate(EVENTS))
        await asyncio.gather(*(post(session) for _ in range(AT_ONCE)))
        return await counting


class _Receiver:
    """Reads requests and takes them all."""

    def __init__(self) -> None:
        self.forget()

    async def __aenter__(self) -> "_Receiver":
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}/"

    def forget(self) -> None:
        """What came does not count."""
        self.body = getattr(self, "body", b"")
        self._count, self._first, self._enough = 0, 0.0, asyncio.Event()

    async def rate(self, count: int) -> float:
        """Requests a second, from the first to the last of so many."""
        async with asyncio.timeout(60):
            await self._enough.wait()
        return count / (time.perf_counter() - self._first)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            try:
                head = await reader.readuntil(b"\r\n\r\n")
            except asyncio.IncompleteReadError:
                return
            length = head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0]
            self.body = await reader.readexactly(int(length))
            self._first = self._first or time.perf_counter()
            self._count += 1
            writer.write(_ANSWER)
            if self._count == EVENTS:
                self._enough.set()
