"""Refusals that are counted instead of written one by one.

What has come together is written some seconds later. Of callers without a key there is a row for
each address and minute, and only so many a minute: from then on they are counted as `others`.
"""

import asyncio
import logging
from collections.abc import Mapping

from server.api.audit_entries import Audited, keep
from server.store.clock import now_us
from server.store.lane import LaneClosedError, WriteLane
from server.store.models import AnonymousRefusal
from server.store.statements import Append, Statement, param
from server.store.unit import Unit

log = logging.getLogger(__name__)
MINUTE = 60_000_000
OTHERS = "others"
MOST_APART = 200
"""How many addresses a node counts apart in one minute."""
WRITTEN_AFTER = 5.0
"""After how many seconds counts are written."""

_ADD = Statement(
    AnonymousRefusal.update(call_count=AnonymousRefusal.call_count + param("count")).where(
        (AnonymousRefusal.minute == param("minute"))
        & (AnonymousRefusal.address == param("address"))
    )
)
_BEGIN = Append(AnonymousRefusal, ("minute", "address", "call_count"))


class RefusalCounts:
    """Counts in memory, then in the database."""

    def __init__(self, lane: WriteLane) -> None:
        self._lane = lane
        self._nobody: dict[tuple[int, str], int] = {}
        self._too_many: dict[tuple[str, str], Audited] = {}
        self._apart: set[tuple[int, str]] = set()
        self._timer: asyncio.TimerHandle | None = None
        self._writing: set[asyncio.Task[None]] = set()

    def nobody(self, address: str) -> None:
        """Somebody without a valid key was refused."""
        key = self._counted_apart(now_us() // MINUTE * MINUTE, address)
        self._nobody[key] = self._nobody.get(key, 0) + 1
        self._write_soon()

    def too_many(self, entry: "Audited") -> None:
        """A known caller called too often."""
        key = entry.principal, entry.method
        first = self._too_many.get(key)
        if first is None:
            first = entry._replace(call_count=0, resource=None, request_id=None)
        self._too_many[key] = first._replace(call_count=first.call_count + 1)
        self._write_soon()

    async def write(self) -> None:
        """Writes what was counted since the last time."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        nobody, self._nobody = self._nobody, {}
        too_many, self._too_many = self._too_many, {}
        if not nobody and not too_many:
            return
        try:
            await self._lane.write(lambda unit: _add(unit, nobody, list(too_many.values())))
        except LaneClosedError:
            log.warning("%d refusals were not counted, for the server stops", len(nobody))
        except Exception:
            log.exception("refusals were not counted")

    def _counted_apart(self, minute: int, address: str) -> tuple[int, str]:
        """Under which minute and address a refusal is counted."""
        key = (minute, address)
        if key in self._apart:
            return key
        self._apart = {each for each in self._apart if each[0] == minute}
        if len(self._apart) >= MOST_APART:
            return minute, OTHERS
        self._apart.add(key)
        return key

    def _write_soon(self) -> None:
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(WRITTEN_AFTER, self._begin)

    def _begin(self) -> None:
        self._timer = None
        task = asyncio.get_running_loop().create_task(self.write())
        self._writing.add(task)
        task.add_done_callback(self._writing.discard)


def _add(unit: Unit, nobody: Mapping[tuple[int, str], int], too_many: list[Audited]) -> None:
    for (minute, address), count in nobody.items():
        if not unit.run(_ADD, minute=minute, address=address, count=count):
            unit.insert(_BEGIN, (minute, address, count))
    for entry in too_many:
        keep(unit, entry)
