"""The real server as a process, which can be killed and started again on the same ports."""

import asyncio
import signal
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TypeVar

import grpc

from ampline.services import Services
from tests.running import STOP_SECONDS, Running, free_ports

KEY = "a-key-for-tests-0123456789"
_OPTIONS = (("grpc.use_local_subchannel_pool", 1), ("grpc.initial_reconnect_backoff_ms", 100))


class Node:
    """A server on a database; `up` is set while it serves. For one event loop."""

    module = "server"

    def __init__(self, folder: Path, database_url: str) -> None:
        self.folder = folder
        self.database_url = database_url
        self.up = asyncio.Event()
        self._grpc_port, self._ocpp_port = free_ports(2)
        self._channels: list[grpc.aio.Channel] = []
        self._running: Running | None = None

    @property
    def running(self) -> Running:
        """The process."""
        assert self._running is not None
        return self._running

    @property
    def address(self) -> str:
        """host:port of the API."""
        return f"127.0.0.1:{self._grpc_port}"

    def charger_url(self, identity: str) -> str:
        """Where a charger dials."""
        return f"ws://127.0.0.1:{self._ocpp_port}/ocpp/{identity}"

    @property
    def api(self) -> Services:
        """The API, over a connection of this life of the server's; calls go with `METADATA`."""
        return Services(self._channels[-1])  # type: ignore[arg-type]

    async def start(self) -> None:
        """Starts it and waits until it serves."""
        await asyncio.to_thread(self._start)
        self._channels.append(grpc.aio.insecure_channel(self.address, options=_OPTIONS))
        self.up.set()

    def kill(self) -> None:
        """kill -9; who called it is left without an answer."""
        self.up.clear()
        self.running.kill()

    async def stop(self, asked: signal.Signals = signal.SIGTERM) -> int:
        """Asks it to end, and returns its exit code."""
        self.up.clear()
        self.running.process.send_signal(asked)
        return await asyncio.to_thread(self.running.process.wait, STOP_SECONDS)

    async def close(self) -> None:
        """Nobody needs it any more."""
        if self._running is not None:
            self.kill()
        for channel in self._channels:
            await channel.close()

    def environment(self) -> dict[str, str]:
        """Its settings."""
        return {
            "AMPLINE_DATA": str(self.folder),
            "AMPLINE_DATABASE": self.database_url,
            "AMPLINE_GRPC_PORT": str(self._grpc_port),
            "AMPLINE_OCPP_PORT": str(self._ocpp_port),
            "AMPLINE_FILES_PORT": "0",
            "AMPLINE_PAYMENTS_PORT": "0",
            "AMPLINE_BOOTSTRAP_KEY": KEY,
            "AMPLINE_MESSAGES_PER_SECOND": "10000",
            "AMPLINE_CALLS_PER_SECOND": "0",
            "AMPLINE_LOG_LEVEL": "WARNING",
            "AMPLINE_READ_CONFIGURATION": "never",  # its chargers answer no calls
        }

    def _start(self) -> None:
        log = self.folder / "server.log"
        self._running = Running.start([self.module], self.environment(), log, group=False)
        self._running.until(lambda: all(map(_listens, (self._grpc_port, self._ocpp_port))))


METADATA = (("authorization", f"Bearer {KEY}"),)


SomeNode = TypeVar("SomeNode", bound=Node)


@asynccontextmanager
async def started(node: SomeNode) -> AsyncIterator[SomeNode]:
    """A node that serves; it is gone at the end, whatever happened."""
    try:
        await node.start()
        yield node
    finally:
        await node.close()


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1.0)
        return probe.connect_ex(("127.0.0.1", port)) == 0
