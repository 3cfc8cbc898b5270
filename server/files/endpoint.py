"""The HTTP endpoint: `/files/{secret}/{file name}` takes a file (PUT, POST) or gives it (GET).

Who may do so has a ticket (server/work/tickets.py); its secret is the whole authorization, so
nothing else is asked and nothing is logged of it.
"""

import asyncio
import errno
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from itertools import islice
from typing import TypeVar
from urllib.parse import quote

from aiohttp import web
from peewee import Database

from server.files.uploads import BrokenUploadError, TooLargeError, receive
from server.settings import Settings
from server.store.clock import now_us
from server.store.files import FileFolder, IncomingFile
from server.store.lane import LaneClosedError, WriteLane
from server.store.reads import Reader, ReadPool
from server.work import tickets
from server.work.stations import arrivals
from server.work.stations.arrivals import Arrival, Kept
from server.work.tickets import Purpose, Ticket

log = logging.getLogger(__name__)
T = TypeVar("T")
THREADS = 4
"""That wait for the disk: so many uploads write at the same moment."""
GRACE = 3.0
"""Seconds that transfers have to end when the server stops."""
SWEEP_EVERY = 3600.0
ABANDONED = 24 * 3600.0
"""Seconds after which a file that no row refers to is nobody's."""
MOST_KEYS = 500
_HEADERS = {
    "Cache-Control": "private, no-store",
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "X-Content-Type-Options": "nosniff",
}
"""What chargers bring is never shown as a page of ours."""


class FileEndpoint:
    """Takes and gives files; `port` is where it listens."""

    def __init__(self, settings: Settings, lane: WriteLane, reads: ReadPool) -> None:
        self._address = settings.listen, settings.files_port
        self._folder = FileFolder(settings.data / "files")
        self._lane = lane
        self._reads = reads
        self._disk = ThreadPoolExecutor(THREADS, thread_name_prefix="files")
        self._runner: web.AppRunner
        self._sweeping: asyncio.Task[None]

    @property
    def port(self) -> int:
        """The TCP port: the operating system's choice if the setting is 0."""
        return int(self._runner.addresses[0][1])

    async def start(self) -> None:
        """Listens."""
        await self._on_disk(self._folder.prepare)
        app = web.Application()
        for path in ("/files/{secret}", "/files/{secret}/{name:.*}"):
            app.router.add_get(path, self._give)
            app.router.add_put(path, self._take)
            app.router.add_post(path, self._take)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=GRACE)
        await self._runner.setup()
        await web.TCPSite(self._runner, *self._address).start()
        self._sweeping = asyncio.create_task(self._sweep_always(), name="file sweep")

    async def stop(self) -> None:
        """Lets what runs end, for a moment."""
        self._sweeping.cancel()
        with suppress(asyncio.CancelledError):
            await self._sweeping
        await self._runner.cleanup()
        self._disk.shutdown()

    async def _give(self, request: web.Request) -> web.StreamResponse:
        """GET and HEAD, with ranges."""
        ticket = await self._ticket(request, Purpose.FETCH)
        kept = await self._reads.look_up(partial(arrivals.kept_of, resource=ticket.resource))
        if kept is None:
            raise web.HTTPGone(text="the file is no more\n")
        response = web.FileResponse(
            self._folder.path(kept.file), headers={**_HEADERS, **_attached(kept)}
        )
        response.content_type = "application/octet-stream"
        return response

    async def _take(self, request: web.Request) -> web.Response:
        """PUT and POST."""
        ticket = await self._ticket(request, Purpose.BRING)
        incoming = await self._on_disk(self._folder.receive)
        try:
            return await self._store(request, ticket, incoming)
        except TooLargeError:
            raise web.HTTPRequestEntityTooLarge(ticket.max_bytes or 0, 0) from None
        except BrokenUploadError as error:
            raise web.HTTPBadRequest(text=f"the upload broke off: {error}\n") from None
        except LaneClosedError:
            raise web.HTTPServiceUnavailable(text="the server is stopping\n") from None
        except OSError as error:
            if error.errno not in {errno.ENOSPC, errno.EDQUOT}:
                raise
            raise web.HTTPInsufficientStorage(text="the disk is full\n") from None
        finally:
            await asyncio.shield(self._on_disk(incoming.drop))

    async def _store(
        self, request: web.Request, ticket: Ticket, incoming: IncomingFile
    ) -> web.Response:
        """Answers once the file is whole, on the disk, and its resource's."""

        async def write(data: bytes) -> None:
            await self._on_disk(partial(incoming.write, data))

        told = await receive(request, write, ticket.max_bytes or 0)
        name = _file_name(told.file_name or request.match_info.get("name", ""))
        file = await self._on_disk(incoming.keep)
        secret = request.match_info["secret"]
        arrived = await self._lane.write(lambda unit: arrivals.arrived(unit, secret, file, name))
        if arrived is not Arrival.STORED:
            await self._on_disk(partial(self._folder.remove, file.key))
        if arrived is Arrival.TOO_LATE:
            raise web.HTTPConflict(text="another file is here, or none is wanted any more\n")
        if told.next_page:
            raise web.HTTPSeeOther(told.next_page)
        return web.Response(text="stored\n")

    async def _ticket(self, request: web.Request, purpose: Purpose) -> Ticket:
        """The ticket that a request comes with. Raises the answer to one that is not good."""
        secret = request.match_info["secret"]
        ticket = await self._reads.look_up(partial(tickets.find, secret=secret))
        if ticket is None:
            raise web.HTTPNotFound(text="no such file\n")
        if ticket.expire_time <= now_us():
            raise web.HTTPGone(text="this URL has expired\n")
        if ticket.purpose != purpose:
            allowed = ("GET", "HEAD") if ticket.purpose == Purpose.FETCH else ("PUT", "POST")
            raise web.HTTPMethodNotAllowed(request.method, allowed)
        return ticket

    async def _sweep_always(self) -> None:
        while True:
            try:
                await self.sweep()
            except Exception:
                log.exception("the files were not swept; they will be")
            await asyncio.sleep(SWEEP_EVERY)

    async def sweep(self, age: float = ABANDONED) -> None:
        """Removes files that no row refers to, and that were not touched for so many seconds."""
        await self._on_disk(partial(self._folder.remove_unfinished, age))
        old = await self._on_disk(lambda: list(self._folder.keys_unchanged_for(age)))
        keys = iter(old)
        while some := list(islice(keys, MOST_KEYS)):
            unknown = await self._reads.read(partial(_unknown, keys=some))
            for key in unknown:
                await self._on_disk(partial(self._folder.remove, key))

    def _on_disk(self, work: Callable[[], T]) -> "asyncio.Future[T]":
        return asyncio.get_running_loop().run_in_executor(self._disk, work)


def _unknown(database: Database, keys: list[str]) -> set[str]:
    return arrivals.unknown(Reader(database), keys)


def _attached(kept: Kept) -> dict[str, str]:
    """Says under which name the file is to be saved (RFC 6266)."""
    return {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(kept.file_name, safe='')}"}


def _file_name(told: str) -> str:
    """The last word of a path, without what cannot be stored or shown."""
    word = told.replace("\\", "/").rstrip("/").rpartition("/")[2]
    return "".join(letter for letter in word if letter.isprintable())[:200]
