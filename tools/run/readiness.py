"""Whether the parts of a platform answer yet."""

import asyncio
import socket
from collections.abc import Callable
from http.client import HTTPConnection, HTTPException

PAUSE = 0.1
"""Seconds between two looks."""


async def until(ready: Callable[[], bool]) -> None:
    """Waits until it is so, looking again and again, on a thread."""
    while not await asyncio.to_thread(ready):  # noqa: ASYNC110 - other processes set no event
        await asyncio.sleep(PAUSE)


def listens(host: str, port: int) -> bool:
    """Whether somebody listens at a port of this machine."""
    try:
        with socket.create_connection((host, port), timeout=1):
            return True
    except OSError:
        return False


def answers(address: str, path: str, key: str = "") -> bool:
    """Whether a GET, as the holder of the key, is answered with 200."""
    connection = HTTPConnection(address, timeout=2)
    try:
        connection.request("GET", path, headers={"authorization": f"Bearer {key}"} if key else {})
        return connection.getresponse().status == 200
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()
