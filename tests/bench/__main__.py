"""Measures and prints the table: python -m tests.bench [benchmark …] [--rounds N]"""

import argparse
import asyncio
import os
import sys
import tempfile
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import psutil
import uvloop

from tests.bench import (
    boot_storm,
    creating,
    events,
    fan_out,
    memory,
    meter_values,
    pages,
    portal,
    pricing,
    reads,
    remote_start,
    sessions,
    sharing,
    storm,
    transaction_events,
    webhooks,
)
from tests.bench.figures import Figure, table
from tests.bench.processes import settle_on_load_core

Benchmark = Callable[[Path, int], Coroutine[Any, Any, list[Figure]]]
T = TypeVar("T")
VAR = Path("var")

BENCHMARKS: dict[str, Benchmark] = {
    "meter-values": meter_values.measure,
    "transaction-events": transaction_events.measure,
    "reads": reads.measure,
    "remote-start": remote_start.measure,
    "storm": storm.measure,
    "memory": memory.measure,
    "boot-storm": boot_storm.measure,
    "pages": pages.measure,
    "portal": portal.measure,
    "sessions": sessions.measure,
    "creating": creating.measure,
    "sharing": sharing.measure,
    "pricing": pricing.measure,
    "events": events.measure,
    "fan-out": fan_out.measure,
    "webhooks": webhooks.measure,
}


def main() -> int:
    """Measures what is asked for; 1 if a target is missed."""
    asked = _arguments()
    settle_on_load_core()
    figures: list[Figure] = []
    for name in asked.benchmarks or BENCHMARKS:
        print(f"{name} …", file=sys.stderr)
        figures += _figures(BENCHMARKS[name], asked.rounds)
    print(f"\n{_machine()}\n\n{table(figures)}")
    if "meter-values" in (asked.benchmarks or BENCHMARKS):
        print(f"\nA MeterValues uses of the core: {_run(meter_values.layers)}")
    return 0 if all(figure.holds for figure in figures) else 1


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("benchmarks", nargs="*", metavar="benchmark", help=", ".join(BENCHMARKS))
    parser.add_argument("--rounds", type=int, default=5, help="rounds, of which the median counts")
    asked = parser.parse_args()
    if unknown := set(asked.benchmarks) - set(BENCHMARKS):
        parser.error(f"no such benchmark: {', '.join(sorted(unknown))}")
    return asked


def _figures(benchmark: Benchmark, rounds: int) -> list[Figure]:
    return _run(lambda folder: benchmark(folder, rounds))


def _run(measure: Callable[[Path], Coroutine[Any, Any, T]]) -> T:
    """Runs one in a folder of its own, on the disk where the data would be."""
    VAR.mkdir(exist_ok=True)
    with (
        tempfile.TemporaryDirectory(prefix="bench-", dir=VAR) as folder,
        asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner,
    ):
        return runner.run(measure(Path(folder).resolve()))


def _machine() -> str:
    memory = psutil.virtual_memory().total / 2**30
    version = ".".join(map(str, sys.version_info[:3]))
    today = datetime.now(UTC).date()
    return f"{today}, {os.cpu_count()} cores, {memory:.0f} GiB, Python {version}"


if __name__ == "__main__":
    sys.exit(main())
