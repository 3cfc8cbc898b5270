"""The command: `python -m clients.charger`."""

import argparse
import asyncio
import logging
import os
import signal
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from clients.charger.behaviours import PROFILES
from clients.charger.car import Outlet
from clients.charger.dialect import Dialect
from clients.charger.fleet import Resident, run_fleet
from clients.charger.link import Observer
from clients.charger.ocpp16 import Ocpp16
from clients.charger.ocpp201 import Ocpp21, Ocpp201
from clients.charger.proving import ask_once_accepted
from clients.charger.security import Security
from clients.charger.station import Station
from clients.charger.visits import CALM, LIVELY, Habits

log = logging.getLogger(__name__)

PASSWORD = "AMPLINE_CHARGER_PASSWORD"  # noqa: S105 - the name of a variable
VERSIONS: dict[str, Callable[[], Dialect]] = {"1.6": Ocpp16, "2.0.1": Ocpp201, "2.1": Ocpp21}
VISITS = {"none": None, "calm": CALM, "lively": LIVELY}

TIME = """
Time. With --speed 60 a minute of the station's life takes a second. With --timestamps wall,
the default, messages still carry the wall's time, so energy grows faster than the power they tell:
fine to see something move, but a platform that checks what a connector can deliver will say so.
With --timestamps simulated they carry the station's own calendar, which begins --begin-hours-ago
and runs at that speed until it has caught up with the wall: days of plausible history in minutes.
Heartbeats and reconnecting keep to the wall's time.
"""


def parser() -> argparse.ArgumentParser:
    """What the command understands."""
    read = argparse.ArgumentParser(
        "python -m clients.charger",
        description="Simulates charging stations (OCPP 1.6J, 2.0.1, 2.1).",
        epilog=TIME,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = read.add_argument
    add("--url", default="ws://127.0.0.1:8080/ocpp", help="the identity is appended (%(default)s)")
    add("--id", nargs="+", default=["CP-1"], help="identities (CP-1)")
    add("--stations", type=int, default=1, help="so many of each id, numbered: CP-1-1, CP-1-2, …")
    add("--ocpp", choices=VERSIONS, nargs="+", default=["1.6"], help="taken in turn (1.6)")
    add("--password", default=os.environ.get(PASSWORD), help=f"or {PASSWORD} in the environment")
    add("--trust", type=Path, help="roots of a central system that is called by wss://, PEM")
    add("--certificate", type=Path, help="of the station itself, with its chain, PEM")
    add("--key", type=Path, help="of that certificate, PEM")
    add("--secure-url", default="", help="wss://…, where it comes back on security profile 2 or 3")
    add("--ask-certificate", action="store_true", help="asks for one once it has booted")
    add("--connectors", type=int, default=1, help="of each station (%(default)s)")
    add("--power-kw", type=float, default=22, help="of each connector (%(default)s)")
    add("--dc", action="store_true", help="direct current, and a readable state of charge")
    add("--profile", choices=PROFILES, nargs="+", default=["normal"], help="taken in turn (normal)")
    add("--visits", choices=VISITS, default="calm", help="who comes (%(default)s)")
    add("--tags", nargs="+", default=["TAG"], help="the cards they have (TAG)")
    add("--meter-interval", type=int, default=60, help="seconds between samples (%(default)s)")
    add("--speed", type=float, default=1, help="see below (%(default)s)")
    add("--timestamps", choices=("wall", "simulated"), default="wall", help="see below (wall)")
    add("--begin-hours-ago", type=float, default=48, help="see below (%(default)s)")
    add("--ramp", type=float, default=0, help="seconds over which they connect (%(default)s)")
    add("--seed", type=int, default=0, help="the same seed, the same cars (%(default)s)")
    add("--verbose", action="store_true", help="show every frame")
    return read


def identities(options: argparse.Namespace) -> Iterator[str]:
    """The identities of all stations."""
    for name in options.id:
        if options.stations == 1:
            yield name
        else:
            yield from (f"{name}-{number}" for number in range(1, options.stations + 1))


def residents(options: argparse.Namespace) -> Iterator[Resident]:
    """The stations that are asked for."""
    habits = habits_of(options)
    for number, identity in enumerate(identities(options)):
        profile = PROFILES[options.profile[number % len(options.profile)]]
        clock = profile.clock(options.speed, begin_of(options))
        station = Station(
            options.url,
            identity,
            options.password,
            dialect=VERSIONS[options.ocpp[number % len(options.ocpp)]](),
            connectors=options.connectors,
            outlet=outlet_of(options),
            configuration={"MeterValueSampleInterval": str(options.meter_interval)},
            clock=clock,
            reboot_seconds=5,
            security=security_of(options),
            observer=show(identity) if options.verbose else None,
        )
        if options.ask_certificate:
            station.spawn(ask_once_accepted(station))
        yield Resident(station, profile, habits)


def security_of(options: argparse.Namespace) -> Security:
    """Whom a station trusts, and how it proves who it is."""
    files = (options.trust, options.certificate, options.key)
    texts = [file.read_text() if file else "" for file in files]
    return Security(*texts, secure_url=options.secure_url)


def habits_of(options: argparse.Namespace) -> Habits | None:
    """Who comes."""
    habits = VISITS[options.visits]
    return replace(habits, tags=tuple(options.tags)) if habits else None


def outlet_of(options: argparse.Namespace) -> Outlet:
    """What each connector gives."""
    power_w = options.power_kw * 1000
    if options.dc:
        return Outlet(power_w, voltage_v=400, phases=0, readable_soc=True)
    return Outlet(power_w)


def begin_of(options: argparse.Namespace) -> datetime | None:
    """When the station's own calendar begins, if it has one."""
    if options.timestamps == "wall":
        return None
    return datetime.now(UTC) - timedelta(hours=options.begin_hours_ago)


def show(identity: str) -> Observer:
    """Shows the frames of a station."""
    arrows = {"sent": ">", "received": "<"}
    return lambda direction, text: log.info("%s %s %s", identity, arrows[direction], text)


async def main(options: argparse.Namespace) -> None:
    """Runs until interrupted."""
    living = asyncio.current_task()
    assert living is not None
    for name in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(name, living.cancel)
    await run_fleet(residents(options), ramp_seconds=options.ramp, seed=options.seed)


if __name__ == "__main__":
    arguments = parser().parse_args()
    logging.basicConfig(level=logging.INFO, format="%(message)s", stream=sys.stderr)
    try:
        asyncio.run(main(arguments))
    except asyncio.CancelledError:
        sys.exit(0)
