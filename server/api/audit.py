"""The audit: calls that were to change something, and those of known callers that were refused.

A write's entry is a row of its own transaction; a refusal has none, so its entry joins whatever is
written next. Calls of nobody's, and those that were too many, are counted together: whoever has no
key, or no patience, cannot fill the disk.
"""

import logging

from server.api.audit_entries import Audited, keep
from server.api.refusal_counts import RefusalCounts
from server.store.lane import LaneClosedError, WriteLane

log = logging.getLogger(__name__)
TOO_MANY = "TOO_MANY_REQUESTS"
_NO_REFUSALS = {"DATABASE_UNAVAILABLE", "SHUTTING_DOWN"}
"""Nobody decided anything, and there is nowhere to write it."""


class Audit:
    """Keeps what has no transaction of its own."""

    def __init__(self, lane: WriteLane) -> None:
        self._lane = lane
        self._counts = RefusalCounts(lane)

    def refuse(self, entry: Audited) -> None:
        """A known caller's call was refused."""
        if entry.reason in _NO_REFUSALS:
            return
        if entry.reason == TOO_MANY:
            self._counts.too_many(entry)
            return
        try:
            self._lane.note(lambda unit: keep(unit, entry), _kept)
        except LaneClosedError:
            log.warning("not audited, for the server stops: %s", entry)

    def refuse_nobody(self, address: str) -> None:
        """A call without a valid key was refused."""
        self._counts.nobody(address)

    async def close(self) -> None:
        """Writes what was counted."""
        await self._counts.write()


def _kept(_: None, error: BaseException | None) -> None:
    if error is not None:
        log.error("an audit entry was not kept", exc_info=error)
