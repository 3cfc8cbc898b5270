"""One thing after another for many chargers: a few at a time, each with what came of it."""

from collections.abc import Callable, Generator, Iterable
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from itertools import islice
from typing import TypeVar

AT_ONCE = 8
T = TypeVar("T")


def one_by_one(
    names: Iterable[str], do: Callable[[str], T], at_once: int = AT_ONCE
) -> Generator[T, None, None]:
    """What `do` makes of each name, as it comes; at most so many run at a time. Whoever closes the
    iterator begins no more of them; those under way end by themselves."""
    waiting = iter(names)
    pool = ThreadPoolExecutor(at_once)
    try:
        running = {pool.submit(do, name) for name in islice(waiting, at_once)}
        while running:
            done, running = wait(running, return_when=FIRST_COMPLETED)
            running |= {pool.submit(do, name) for name in islice(waiting, len(done))}
            for future in done:
                yield future.result()
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
