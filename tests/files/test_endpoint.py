"""What is brought is there as a whole, once, for those who have its URL; or not at all."""

import asyncio
import hashlib
import os
from collections.abc import AsyncIterator, Mapping
from contextlib import suppress
from typing import NamedTuple
from urllib.parse import quote

import aiohttp
import pytest
from yarl import URL

from server.domain.uploads import UploadState
from server.store.clock import now_us
from server.store.models import ChargePointLog, FileTicket
from tests.files.conftest import LARGEST, Files

CONTENT = os.urandom(200_000)
SHA256 = hashlib.sha256(CONTENT).hexdigest()


async def put(http: aiohttp.ClientSession, path: str, data: object = CONTENT) -> int:
    async with http.put(path, data=data) as answer:
        return answer.status


class Fetched(NamedTuple):
    status: int
    body: bytes
    headers: Mapping[str, str]


async def get(http: aiohttp.ClientSession, path: str, **headers: str) -> Fetched:
    async with http.get(URL(path, encoded=True), headers=headers) as answer:
        return Fetched(answer.status, await answer.read(), answer.headers)


@pytest.mark.parametrize("method", ["PUT", "POST"])
async def test_a_log_is_brought_and_fetched(
    files: Files, http: aiohttp.ClientSession, method: str
) -> None:
    name, path = await files.new_log()
    async with http.request(method, f"{path}diagnostics 1.zip", data=CONTENT) as answer:
        assert answer.status == 200
    row = await files.log(name)
    assert (row.state, row.size_bytes, row.sha256) == (UploadState.UPLOADED, len(CONTENT), SHA256)
    assert (row.file_name, files.on_disk()) == ("diagnostics 1.zip", [row.file])
    fetched = await get(http, await files.download(name))
    assert (fetched.status, fetched.body) == (200, CONTENT)
    assert fetched.headers["Content-Disposition"].endswith(quote("diagnostics 1.zip"))
    assert fetched.headers["X-Content-Type-Options"] == "nosniff"
    assert fetched.headers["Content-Type"] == "application/octet-stream"


async def test_a_form_is_brought(files: Files, http: aiohttp.ClientSession) -> None:
    name, path = await files.new_log()
    form = aiohttp.FormData(quote_fields=False)
    form.add_field("comment", "as asked")
    form.add_field("file", CONTENT, filename="C:\\logs\\form.zip")
    async with http.post(path, data=form) as answer:
        assert answer.status == 200
    row = await files.log(name)
    assert (row.file_name, row.size_bytes, row.sha256) == ("form.zip", len(CONTENT), SHA256)


@pytest.mark.parametrize(
    ("next_page", "status", "location"),
    [
        ("/firmware/1", 303, "/firmware/1"),
        ("//elsewhere.example", 200, None),
        ("https://elsewhere.example", 200, None),
        ("/\\elsewhere.example", 200, None),
    ],
)
async def test_a_form_leads_to_a_page_of_ours(
    files: Files, http: aiohttp.ClientSession, next_page: str, status: int, location: str | None
) -> None:
    _, path = await files.new_log()
    form = aiohttp.FormData()
    form.add_field("next", next_page)
    form.add_field("file", CONTENT, filename="form.zip")
    async with http.post(path, data=form, allow_redirects=False) as answer:
        assert (answer.status, answer.headers.get("Location")) == (status, location)


async def test_a_form_without_a_file(files: Files, http: aiohttp.ClientSession) -> None:
    name, path = await files.new_log()
    form = aiohttp.FormData(default_to_multipart=True)
    form.add_field("comment", "nothing to tell")
    async with http.post(path, data=form) as answer:
        assert answer.status == 400
    assert (await files.log(name)).file is None
    assert files.on_disk() == []


async def test_an_answer_that_was_lost_is_given_again(
    files: Files, http: aiohttp.ClientSession
) -> None:
    name, path = await files.new_log()
    assert [await put(http, path), await put(http, path)] == [200, 200]
    assert await put(http, path, b"another") == 409
    row = await files.log(name)
    assert (row.sha256, files.on_disk()) == (SHA256, [row.file])


async def test_two_at_once_are_one(files: Files, http: aiohttp.ClientSession) -> None:
    name, path = await files.new_log()
    told = await asyncio.gather(*(put(http, path, bytes([each]) * 70_000) for each in range(5)))
    assert sorted(told) == [200, 409, 409, 409, 409]
    assert files.on_disk() == [(await files.log(name)).file]


@pytest.mark.parametrize("tells_its_length", [True, False])
async def test_what_is_too_large_is_refused(
    files: Files, http: aiohttp.ClientSession, tells_its_length: bool
) -> None:
    async def stream() -> AsyncIterator[bytes]:
        for _ in range(6):
            yield CONTENT[:65_536]

    name, path = await files.new_log()
    data = b"x" * (LARGEST + 100_000) if tells_its_length else stream()
    with suppress(aiohttp.ClientConnectionError):  # refused while it was still being sent
        assert await put(http, path, data) == 413
    assert (await files.log(name)).file is None
    await files.until(lambda: files.on_disk() == [])
    assert await put(http, path) == 200


@pytest.mark.parametrize("length", ["Content-Length: 200000", "Transfer-Encoding: chunked"])
async def test_half_a_file_is_none(files: Files, http: aiohttp.ClientSession, length: str) -> None:
    name, path = await files.new_log()
    _, writer = await asyncio.open_connection("127.0.0.1", files.endpoint.port)
    body = CONTENT[:70_000]
    if "chunked" in length:
        body = f"{len(body):x}\r\n".encode() + body + b"\r\n"
    writer.write(f"PUT {path} HTTP/1.1\r\nHost: x\r\n{length}\r\n\r\n".encode() + body)
    await writer.drain()
    await files.until(lambda: bool(files.on_disk()))
    writer.close()
    await files.until(lambda: files.on_disk() == [])
    row = await files.log(name)
    assert (row.state, row.file) == (UploadState.REQUESTED, None)
    assert await put(http, path) == 200


async def test_a_url_that_is_not_good(files: Files, http: aiohttp.ClientSession) -> None:
    name, path = await files.new_log()
    assert await put(http, "/files/nobody-knows-this/log.zip") == 404
    assert (await get(http, path)).status == 405
    await put(http, path)
    download = await files.download(name)
    assert await put(http, download) == 405
    await files.lane.write(lambda unit: unit.execute(FileTicket.update(expire_time=now_us() - 1)))
    assert (await get(http, download)).status == 410
    assert await put(http, path) == 410


async def test_a_part_of_a_file_is_fetched(files: Files, http: aiohttp.ClientSession) -> None:
    name, path = await files.new_log()
    await put(http, path)
    download = await files.download(name)
    rest = await get(http, download, Range="bytes=150000-")
    assert (rest.status, rest.body) == (206, CONTENT[150_000:])
    assert rest.headers["Content-Range"] == "bytes 150000-199999/200000"
    assert (await get(http, download, Range="bytes=200000-")).status == 416
    async with http.head(download) as answer:
        assert (answer.status, answer.headers["Content-Length"]) == (200, "200000")


async def test_a_file_that_nobody_refers_to_is_swept_away(
    files: Files, http: aiohttp.ClientSession
) -> None:
    kept, path = await files.new_log()
    await put(http, path)
    forgotten, path = await files.new_log()
    await put(http, path)
    await files.lane.write(
        lambda unit: unit.execute(ChargePointLog.delete().where(ChargePointLog.name == forgotten))
    )
    await files.endpoint.sweep()
    assert len(files.on_disk()) == 2, "it may be about to be referred to"
    await files.endpoint.sweep(age=-1)
    assert files.on_disk() == [(await files.log(kept)).file]
