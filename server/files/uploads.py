"""A file out of a request's body, a piece at a time: raw, or the first file of a form."""

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any, NamedTuple

from aiohttp import BodyPartReader, MultipartReader, web

LONGEST_SILENCE = 60.0
"""Seconds that an upload may stand still."""
PIECE = 64 * 1024
_OWN_PATH = re.compile(r"/(?![/\\])[\w/.~-]*")
"""A page of ours: nobody is sent elsewhere."""

Write = Callable[[bytes], Awaitable[None]]


class TooLargeError(ValueError):
    """More came than the ticket allows."""


class BrokenUploadError(ValueError):
    """The body ended before its end, stood still, or is no form."""


class Received(NamedTuple):
    """What a form tells besides its file; empty without one."""

    file_name: str = ""
    next_page: str = ""
    """Where the browser is to go then: a path of ours."""


async def receive(request: web.Request, write: Write, max_bytes: int) -> Received:
    """Writes the file that the request brings.

    Raises TooLargeError or BrokenUploadError; what was written until then is not whole.
    """
    if (request.content_length or 0) > max_bytes + PIECE:  # a form is a little more than its file
        raise TooLargeError
    try:
        if request.content_type == "multipart/form-data":
            return await _form(await request.multipart(), _Meter(write, max_bytes))
        await _pour(request.content.iter_chunked(PIECE), _Meter(write, max_bytes))
    except TooLargeError:
        raise
    except (TimeoutError, ConnectionError, web.RequestPayloadError, ValueError) as error:
        raise BrokenUploadError(str(error) or type(error).__name__) from error
    return Received()


class _Meter:
    """Passes on what is written, up to a limit."""

    def __init__(self, write: Write, limit: int) -> None:
        self._write = write
        self._left = limit

    async def write(self, data: bytes, *, keep: bool = True) -> None:
        self._left -= len(data)
        if self._left < 0:
            raise TooLargeError
        if keep:
            await self._write(data)


async def _form(form: MultipartReader, meter: _Meter) -> Received:
    """The first part with a file name is the file; `next` is where to go, the rest passed over."""
    name, next_page = None, ""
    while (part := await _in_time(form.next())) is not None:
        if not isinstance(part, BodyPartReader):
            raise BrokenUploadError("a form within a form")
        if part.name == "next" and part.filename is None:
            next_page = await _in_time(_short_text(part))
            continue
        is_file = name is None and part.filename is not None
        await _pour(_pieces(part), meter, keep=is_file)
        if is_file:
            name = part.filename
    if name is None:
        raise BrokenUploadError("the form has no file")
    return Received(name, next_page if _OWN_PATH.fullmatch(next_page) else "")


async def _short_text(part: BodyPartReader) -> str:
    text = await part.read_chunk(PIECE)
    if await part.read_chunk(PIECE):
        raise BrokenUploadError("a field that is too long")
    return text.decode("utf-8", "replace")


async def _pieces(part: BodyPartReader) -> AsyncIterator[bytes]:
    while piece := await part.read_chunk(PIECE):
        yield piece


async def _pour(pieces: AsyncIterator[bytes], meter: _Meter, *, keep: bool = True) -> None:
    while True:
        try:
            piece = await _in_time(anext(pieces))
        except StopAsyncIteration:
            return
        await meter.write(piece, keep=keep)


async def _in_time(step: Awaitable[Any]) -> Any:
    async with asyncio.timeout(LONGEST_SILENCE):
        return await step
