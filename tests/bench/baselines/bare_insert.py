"""A bare grpc.aio handler: one INSERT, committed alone. python -m … PORT METHOD DATABASE

As durable as ours: a write-ahead log that is synced at each commit.
"""

import asyncio
import sqlite3
import sys
from typing import Any

import grpc
import uvloop


class Inserting(grpc.GenericRpcHandler):
    """One method: keeps its request, and answers with it."""

    def __init__(self, method: str, database: str) -> None:
        self._method = method
        self._connection = sqlite3.connect(database, isolation_level=None)
        self._connection.execute("PRAGMA journal_mode = wal")
        self._connection.execute("PRAGMA synchronous = full")
        self._connection.execute("CREATE TABLE tag (number INTEGER PRIMARY KEY, body BLOB)")

    def service(
        self, handler_call_details: grpc.HandlerCallDetails
    ) -> "grpc.RpcMethodHandler[Any, Any] | None":
        """The handler of the method."""
        if handler_call_details.method != self._method:
            return None
        return grpc.unary_unary_rpc_method_handler(self._insert)

    async def _insert(self, request: bytes, _: "grpc.aio.ServicerContext[Any, Any]") -> bytes:
        self._connection.execute("INSERT INTO tag (body) VALUES (?)", (request,))
        return request


async def main(port: int, method: str, database: str) -> None:
    """Serves until it is ended."""
    server = grpc.aio.server()
    server.add_generic_rpc_handlers((Inserting(method, database),))
    server.add_insecure_port(f"127.0.0.1:{port}")
    await server.start()
    await asyncio.Event().wait()


if __name__ == "__main__":
    uvloop.run(main(int(sys.argv[1]), sys.argv[2], sys.argv[3]))
