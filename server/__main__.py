"""Runs the server: `python -m server`, with the settings of the environment; or follows the events
of one: `python -m server events`."""

import argparse
import asyncio
import gc
import logging
import signal
import sys

import uvloop

from server.app import App
from server.settings import from_environment
from server.store.database import NoDatabaseError


def main() -> int:
    """Serves until SIGINT or SIGTERM; reads certificates again at SIGHUP. 2: a wrong setting."""
    if sys.argv[1:2] == ["events"]:
        from server import events_command  # a client: the server itself needs none

        return events_command.main(sys.argv[2:])
    _parser().parse_args()
    try:
        settings = from_environment()
        logging.basicConfig(
            level=settings.log_level, format="%(asctime)s %(levelname)s %(name)s %(message)s"
        )
        logging.getLogger("grpc._cython.cygrpc").addFilter(_is_no_strangers_fault)
        app = App(settings)
    except (ValueError, OSError) as error:
        print(error, file=sys.stderr)
        return 2
    try:
        uvloop.run(_serve(app))
    except NoDatabaseError as error:
        print(error, file=sys.stderr)
        return 2
    return 0


def _parser() -> argparse.ArgumentParser:
    """There is nothing to say but by the environment: whoever asks is told so."""
    return argparse.ArgumentParser(
        "python -m server",
        description="Serves the API and chargers. Its settings are variables of the environment: "
        "see README.md.",
        epilog="python -m server events: prints what happens",
    )


def _is_no_strangers_fault(record: logging.LogRecord) -> bool:
    """gRPC writes a traceback for each header that is no UTF-8: anybody could fill the disk."""
    return not str(record.msg).startswith("Invalid encoding on")


async def _serve(serving: App) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    asyncio.get_running_loop().add_signal_handler(signal.SIGHUP, serving.reload)
    async with serving as app:
        logging.getLogger("server").info(
            "serving gRPC on %s, chargers on %s, by TLS on %s",
            app.grpc_port,
            app.ocpp_port,
            app.ocpp_tls_port or "none",
        )
        _collect_rarely()
        await stop.wait()


def _collect_rarely() -> None:
    """Spares the garbage collector what is there to stay, and most of its rounds.

    What a message leaves behind is freed by reference counts. By its own count the collector runs
    every few messages, and goes over every connection now and then.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)


if __name__ == "__main__":
    sys.exit(main())
