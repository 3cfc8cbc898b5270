"""A process that writes events at random moments: `python -m tests.store.outbox_writer`.

Arguments: the database's URL, its own name, how many transactions, the seed. The body
of an event says whose it is, which transaction and which place in it.
"""

import random
import sys
import threading
from collections.abc import Callable

from server.store.database import is_postgresql, open_database
from server.store.lane import WriteLane
from server.store.outbox import Told
from server.store.unit import Unit

LANES = 2
MOST = 4
"""The most events in one transaction."""


def tell_some(name: str, transaction: int, chance: random.Random) -> Callable[[Unit], int]:
    """Tells a few events, after a pause on PostgreSQL; fails now and then after it told some."""
    count, pause = chance.randint(1, MOST), chance.uniform(0, 0.004)
    fails = chance.random() < 0.1

    def job(unit: Unit) -> int:
        if is_postgresql(unit.database):
            unit.database.execute_sql("SELECT pg_sleep(%s)", (pause,))
        for place in range(count):
            body = f"{name} {transaction} {place} {count}".encode()
            unit.tell(Told("charge_point.log_status", name, body))
        if fails:
            raise InterruptedError
        return count

    return job


def write(lane: WriteLane, name: str, transactions: int, seed: str) -> int:
    """Writes them one after the other; returns how many events were acknowledged."""
    chance, told = random.Random(seed), 0
    for transaction in range(transactions):
        try:
            told += lane.write_now(tell_some(name, transaction, chance))
        except InterruptedError:
            continue
    return told


def main(url: str, name: str, transactions: str, seed: str) -> None:
    """Writes on a few lanes at once; prints how many events were acknowledged."""
    database = open_database(url)
    lanes = [WriteLane(database) for _ in range(LANES)]
    told: list[int] = []
    threads = [
        threading.Thread(
            target=lambda lane=lane, place=place: told.append(
                write(lane, f"{name}-{place}", int(transactions), f"{seed}/{name}/{place}")
            )
        )
        for place, lane in enumerate(lanes)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for lane in lanes:
        lane.close()
    print(sum(told))


if __name__ == "__main__":
    main(*sys.argv[1:])
