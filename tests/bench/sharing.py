"""Sharing a tree of three levels: how long one decision takes, and that it grows linearly."""

import random
import time
from pathlib import Path

from server.domain.balancing import Feeder, Taker, share
from tests.bench.figures import Figure

WIRINGS = [(0, 1, 2), (0,), (1,), (2,)]


async def measure(_: Path, rounds: int) -> list[Figure]:
    """Ten halls of ten rows, tight: a thousand members, and ten thousand."""
    small, large = _site(1_000), _site(10_000)
    times = [(_milliseconds(large), _milliseconds(small)) for _ in range(rounds)]
    turned = [(thousand, ten_thousand) for ten_thousand, thousand in times]
    what = "one decision in a 3-level tree"
    return [
        Figure("sharing", f"{what}, 1,000 members", "ms", turned, 50, "at most", absolute=True),
        Figure("sharing", f"{what}, 10,000 members", "ms", times, 1_000, "at most", absolute=True),
        Figure("sharing", "10,000 members against 1,000", "ms", times, 15, "at most"),
    ]


def _site(members: int) -> tuple[list[Feeder], list[Taker]]:
    drawn = random.Random(members)
    feeders = [Feeder("site", None, (members * 8.0,) * 3)]
    for hall in range(10):
        feeders.append(Feeder(f"hall{hall}", "site", (members * 0.9,) * 3))
        feeders += [
            Feeder(f"hall{hall}row{row}", f"hall{hall}", (members * 0.08,) * 3) for row in range(10)
        ]
    takers = [
        Taker(
            f"evse{number}",
            f"hall{drawn.randrange(10)}row{drawn.randrange(10)}",
            most_a=drawn.choice([16.0, 20.5, 32.0]),
            phases=drawn.choice(WIRINGS),
            arrival=number,
            weight=drawn.choice([0.5, 1.0, 2.0]),
        )
        for number in range(members)
    ]
    return feeders, takers


def _milliseconds(site: tuple[list[Feeder], list[Taker]]) -> float:
    begin = time.perf_counter()
    share(*site)
    return (time.perf_counter() - begin) * 1e3
