"""A bare grpc.aio handler that answers the bytes of a file. python -m … PORT METHOD=FILE …"""

import asyncio
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import grpc
import uvloop

Answer = Callable[[bytes, "grpc.aio.ServicerContext[Any, Any]"], Awaitable[bytes]]


class Canned(grpc.GenericRpcHandler):
    """Methods with one answer each."""

    def __init__(self, answers: dict[str, bytes]) -> None:
        self._handlers: dict[str, grpc.RpcMethodHandler[Any, Any]] = {
            method: grpc.unary_unary_rpc_method_handler(_always(answer))
            for method, answer in answers.items()
        }

    def service(
        self, handler_call_details: grpc.HandlerCallDetails
    ) -> "grpc.RpcMethodHandler[Any, Any] | None":
        """The handler of a method."""
        return self._handlers.get(handler_call_details.method)


def _always(answer: bytes) -> Answer:
    async def handler(_: bytes, __: "grpc.aio.ServicerContext[Any, Any]") -> bytes:
        return answer

    return handler


async def main(port: int, answers: dict[str, bytes]) -> None:
    """Serves until it is ended."""
    server = grpc.aio.server()
    server.add_generic_rpc_handlers((Canned(answers),))
    server.add_insecure_port(f"127.0.0.1:{port}")
    await server.start()
    await asyncio.Event().wait()


if __name__ == "__main__":
    pairs = (word.split("=", 1) for word in sys.argv[2:])
    uvloop.run(main(int(sys.argv[1]), {method: Path(file).read_bytes() for method, file in pairs}))
