"""What the server acknowledged, as those who heard it remember it."""

import asyncio
from dataclasses import dataclass, field
from typing import NamedTuple


class Sample(NamedTuple):
    """A meter's register at a time, in Wh and in seconds since 1970."""

    time: int
    register: int


@dataclass
class Charge:
    """A transaction, as far as the server acknowledged it."""

    charge_point: str
    transaction: str
    """Its id, as the answer to StartTransaction had it."""
    start: Sample
    samples: list[Sample] = field(default_factory=list)
    stop: Sample | None = None


class Movement(NamedTuple):
    """Money that moved by AddBalance: the entry's resource name, and cents."""

    entry: str
    user: str
    cents: int


class Acknowledged:
    """All of it, and who waits for more."""

    def __init__(self) -> None:
        self.count = 0
        self.charges: list[Charge] = []
        self.movements: list[Movement] = []
        self.refused = 0
        """Debits that the balance did not cover."""
        self.tags: set[str] = set()
        self.receipts: dict[str, str] = {}
        """Receipts' numbers, by the sessions that they are of."""
        self.enough = asyncio.Event()
        """The work is to come to its end."""
        self._wanted = 0
        self._reached = asyncio.Event()

    def one_more(self) -> None:
        """Something was acknowledged."""
        self.count += 1
        if self.count >= self._wanted:
            self._reached.set()

    async def more(self, count: int) -> None:
        """Waits until so many more things are acknowledged."""
        self._wanted = self.count + count
        self._reached.clear()
        await self._reached.wait()
