"""The command: `python -m clients.demo`, with AMPLINE_ADDRESS and AMPLINE_KEY in the environment.

Registers the network where it is missing, then lets four stations live until it is stopped.
"""

import asyncio
import logging
import os
import signal
import sys
from contextlib import suppress

from ampline import AmplineError, Client, Patience
from clients.charger.fleet import run_fleet
from clients.demo.balances import top_up
from clients.demo.registration import network, register
from clients.demo.stations import residents

log = logging.getLogger("demo")
TOP_UP_SECONDS = 30
RAMP_SECONDS = 2


async def main(address: str, key: str) -> None:
    """Lives until cancelled."""
    living = asyncio.current_task()
    assert living is not None
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, living.cancel)
    with Client(address, key, patience=Patience(attempts=20)) as client:
        made = await asyncio.to_thread(register, client)
        log.info("%d resources are new", made)
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(keep_paying(client))
            fleet = await asyncio.to_thread(
                lambda: list(residents(client, f"ws://{address}/ocpp", key))
            )
            tasks.create_task(run_fleet(fleet, ramp_seconds=RAMP_SECONDS))


async def keep_paying(client: Client) -> None:
    """Has the drivers pay in, again and again."""
    users = [name for name in network() if name.startswith("users/")]
    while True:
        with suppress(AmplineError):
            await asyncio.to_thread(top_up, client, users)
        await asyncio.sleep(TOP_UP_SECONDS)


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="%(message)s", stream=sys.stderr)
    logging.getLogger("clients.charger").setLevel(logging.WARNING)
    with suppress(asyncio.CancelledError):
        asyncio.run(
            main(
                os.environ.get("AMPLINE_ADDRESS", "localhost:8080"),
                os.environ.get("AMPLINE_KEY", ""),
            )
        )
