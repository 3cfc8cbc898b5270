"""One RPC after the other, in bytes, through the gRPC package."""

import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, NamedTuple

import grpc

from tests.bench.ours import KEY


class Rpc(NamedTuple):
    """A call that was made, with its serialized messages; `seconds` is how long it took."""

    method: str
    request: bytes
    answer: bytes
    seconds: float

    def keep(self, folder: Path) -> Path:
        """Writes the answer into a file."""
        path = folder / self.method.rpartition("/")[2]
        path.write_bytes(self.answer)
        return path


Call = Callable[[str, bytes], Awaitable[Rpc]]


@asynccontextmanager
async def connected(port: int) -> AsyncIterator[Call]:
    """What calls a server there, as an administrator."""
    metadata = (("authorization", f"Bearer {KEY}"),)
    async with grpc.aio.insecure_channel(f"127.0.0.1:{port}") as channel:

        async def call(method: str, request: bytes) -> Rpc:
            begin = time.perf_counter()
            made: Any = channel.unary_unary(method)
            answer: bytes = await made(request, metadata=metadata)
            return Rpc(method, request, answer, time.perf_counter() - begin)

        yield call
