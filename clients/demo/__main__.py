"""The command: `python -m clients.demo`, with AMPLINE_ADDRESS and AMPLINE_KEY in the environment.

Registers the network where it is missing, then lets four stations live until it is stopped. Where
nobody has charged yet, they live through yesterday first, in a minute.
"""

import asyncio
import logging
import os
import signal
import sys
from contextlib import suppress

from ampline import Client, Patience
from ampline.v1.circuit_pb2 import AttachChargePointRequest
from ampline.v1.session_pb2 import ListSessionsRequest
from clients.charger.fleet import run_fleet
from clients.demo import stations
from clients.demo.balances import keep_paying
from clients.demo.registration import network, register

CIRCUIT, MEMBER = "circuits/amsterdam-zuidas", "chargePoints/AMS-ZUID-01"
log = logging.getLogger("demo")
YESTERDAY_SECONDS = stations.YESTERDAY.total_seconds() / stations.SPEED


async def main(address: str, key: str) -> None:
    """Lives until cancelled."""
    living = asyncio.current_task()
    assert living is not None
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, living.cancel)
    url = f"ws://{address}/ocpp"
    with Client(address, key, patience=Patience(attempts=20)) as client:
        is_new = await asyncio.to_thread(prepare, client, key)
        users = [name for name in network() if name.startswith("users/")]
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(asyncio.to_thread(keep_paying, client, users))
            if is_new:
                await live_through_yesterday(url, key)
            await asyncio.to_thread(share_a_supply, client)
            await run_fleet(stations.now(url, key))


def prepare(client: Client, key: str) -> bool:
    """Registers what is missing; returns whether nobody has charged yet."""
    log.info("%d resources are new", register(client))
    stations.tell_passwords(client, key)
    newest = client.sessions.ListSessions(ListSessionsRequest(page_size=1))
    return not newest.sessions


def share_a_supply(client: Client) -> None:
    """A station of two cables hangs on a supply that is too small for both."""
    membership = AttachChargePointRequest(name=CIRCUIT, charge_point=MEMBER)
    client.circuits.AttachChargePoint(membership)


async def live_through_yesterday(url: str, key: str) -> None:
    """A day's visits, told as stations tell what they did while they were offline."""
    log.info("a day's sessions are told first; that takes a minute")
    with suppress(TimeoutError):
        async with asyncio.timeout(YESTERDAY_SECONDS):
            await run_fleet(stations.since_yesterday(url, key))


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
