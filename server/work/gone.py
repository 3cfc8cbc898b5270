"""That whoever asked for something may go away before the answer, or the answer come too late."""

from asyncio import Future
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from server.domain.commands import CommandAnswer

Gone = Future[None]
"""Done once nobody waits for an answer any more."""

Late = Callable[[CommandAnswer], None]
"""Hears an answer that comes when nobody waits for it any more."""


@contextmanager
def while_awaited(gone: Gone | None, leave: Callable[[], object]) -> Iterator[None]:
    """Calls `leave` if whoever asked goes away before the block ends; None = nobody can."""
    if gone is None:
        yield
        return

    def call(_: Gone) -> None:
        leave()

    gone.add_done_callback(call)
    try:
        yield
    finally:
        gone.remove_done_callback(call)
