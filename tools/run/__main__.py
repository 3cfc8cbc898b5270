"""Starts everything, says where it is, and stops everything."""

import asyncio
import os
import signal
import sys
from functools import partial
from typing import Any

from tools.run import readiness
from tools.run.checks import check
from tools.run.credentials import credentials
from tools.run.platform import LOOPBACK, Platform, data_of
from tools.run.processes import Processes

STOPPING = ((("demo",), 1.3), (("server", "portal"), 3.0), (("envoy",), 0.2))
"""Who is stopped when, and within how many seconds: five in all."""

WELCOME = """
  Ampline runs at  {url}

    Portal         {url}                  sign in as {username} with {password}
    REST           {url}/v1               authorization: Bearer {key}
    gRPC           {address}
    Chargers       {socket}/ocpp/<identity>

  Ctrl-C stops it. What it knows is kept in {data}.
"""


def main() -> int:
    """Runs until a signal, or until one part ends; returns the exit code."""
    try:
        data = data_of(os.environ)
        platform = Platform(os.environ, credentials(data, os.environ))
        check(platform)
    except ValueError as error:
        return complain(str(error))
    except OSError as error:
        return complain(f"AMPLINE_DATA: {error}")
    taken = [name for name in platform.ports if listens(platform, name)]
    if taken:
        busy = " and ".join(f"{platform.port(name)} ({name})" for name in taken)
        return complain(f"something else listens at port {busy} already")
    return asyncio.run(run(platform))


def complain(problem: str) -> int:
    print(f"Ampline cannot start: {problem}.", file=sys.stderr)
    return 1


async def run(platform: Platform) -> int:
    """The platform from its start to its end; returns the exit code."""
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    processes = Processes()
    starting = asyncio.create_task(start(platform, processes))
    ended = asyncio.create_task(processes.first_end())
    stopping = asyncio.create_task(stop.wait())
    await first_of(ended, stopping, starting)
    if starting.done() and not starting.exception():
        await first_of(ended, stopping)
    starting.cancel()
    await asyncio.wait({starting})
    for names, seconds in STOPPING:
        await processes.stop(names, seconds)
    await processes.close()
    if ended.done() and not stop.is_set():
        return report(*ended.result())
    return 0 if starting.cancelled() else starting.result()


async def first_of(*tasks: asyncio.Task[Any]) -> None:
    """Waits for one of them."""
    await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)


def report(name: str, code: int) -> int:
    """Says which part ended by itself; the exit code that its end deserves."""
    code = 128 - code if code < 0 else code
    print(f"The {name} ended with exit code {code}, and so everything was stopped.")
    return code or 1


async def start(platform: Platform, processes: Processes) -> int:
    """Starts all parts, each when what it needs is there; returns 0."""
    await processes.start(platform.server())
    await processes.start(platform.portal())
    await processes.start(platform.envoy())
    portal = f"{LOOPBACK}:{platform.port('AMPLINE_PORTAL_PORT')}"
    await readiness.until(lambda: readiness.answers(portal, "/healthy"))
    for name in platform.ports:
        await readiness.until(partial(listens, platform, name))
    if platform.has_demo:
        await processes.start(platform.demo())
    print(welcome(platform), flush=True)
    return 0


def listens(platform: Platform, name: str) -> bool:
    """Whether somebody listens at a port, by the name of its setting."""
    return readiness.listens(platform.host_of(name), platform.port(name))


def welcome(platform: Platform) -> str:
    """What whoever started it needs to know."""
    username, _, password = platform.credentials.operator.partition(":")
    return WELCOME.format(
        url=platform.url,
        address=platform.address,
        socket=platform.url.replace("http", "ws", 1),
        username=username,
        password=password,
        key=platform.credentials.key,
        data=platform.data,
    )


if __name__ == "__main__":
    sys.exit(main())
