"""Who calls: the key or the token behind `authorization: Bearer …`.

What was found is remembered for a few seconds, so that a revoked key is refused on
every node soon after; on the node that revoked it, at once. What was not found is
looked up again each time.
"""

import asyncio
import logging
import time
from typing import Any, NamedTuple

from server.domain.access import NOBODY, Caller, secret_hash
from server.domain.errors import Outcome, RefusedError
from server.store.clock import now_us
from server.store.lane import LaneClosedError, WriteLane
from server.store.reads import ReadPool
from server.work.access import callers
from server.work.access.callers import Found

log = logging.getLogger(__name__)
REMEMBERED = 5.0
"""How many seconds a caller is known without asking again."""
USE_NOTED_AFTER = 60_000_000
"""How old, in microseconds, what is known of a key's last use may be."""
_MOST_REMEMBERED = 10_000


class Identity(NamedTuple):
    """A caller, and the hash of the token that says so; empty without one."""

    caller: Caller
    token_hash: str


UNKNOWN = Identity(NOBODY, "")


class Authentication:
    """Finds the caller behind a token."""

    def __init__(self, lane: WriteLane, reads: ReadPool) -> None:
        self._lane = lane
        self._reads = reads
        self._known: dict[str, tuple[Caller, float]] = {}
        self._forgotten = 0

    async def identify(self, authorization: str) -> Identity:
        """Who sends this header; UNKNOWN for an empty one. UNAUTHENTICATED for a token that is
        none of ours, has expired or was revoked."""
        if not authorization:
            return UNKNOWN
        scheme, _, token = authorization.partition(" ")
        if scheme.lower() != "bearer" or not token:
            raise _unauthenticated("send `authorization: Bearer <key>`")
        token_hash = secret_hash(token.strip())
        return Identity(await self.caller_of(token_hash), token_hash)

    async def caller_of(self, token_hash: str) -> Caller:
        """Whose token has that hash. UNAUTHENTICATED if it is nobody's, or not any more."""
        remembered = self._known.get(token_hash)
        if remembered is not None and time.monotonic() < remembered[1]:
            return remembered[0]
        return await self._look_up(token_hash)

    def forget(self, token_hash: str) -> None:
        """Asks again at the next call with that token."""
        self._forgotten += 1
        self._known.pop(token_hash, None)

    def forget_principal(self, principal: str) -> None:
        """Asks again at the next call of that key or operator."""
        self._forgotten += 1
        for token_hash, (caller, _) in list(self._known.items()):
            if caller.principal == principal:
                del self._known[token_hash]

    async def _look_up(self, token_hash: str) -> Caller:
        self._known.pop(token_hash, None)
        forgotten = self._forgotten
        found = await self._reads.look_up(lambda rows: callers.find(rows, token_hash, now_us()))
        if found is None:
            raise _unauthenticated("the key is unknown, expired or revoked")
        if forgotten == self._forgotten:  # or it may have been read before it was revoked
            self._remember(token_hash, found)
        self._note_use(found)
        return found.caller

    def _remember(self, token_hash: str, found: Found) -> None:
        if len(self._known) >= _MOST_REMEMBERED:
            self._known.clear()
        lasts = REMEMBERED
        if found.expire_time is not None:
            lasts = min(lasts, (found.expire_time - now_us()) / 1e6)
        self._known[token_hash] = found.caller, time.monotonic() + lasts

    def _note_use(self, found: Found) -> None:
        """Writes down that a key is in use, once a minute and with whatever else is written."""
        if found.last_used_time is None or now_us() < found.last_used_time + USE_NOTED_AFTER:
            return
        key = found.caller.principal
        try:
            loop = asyncio.get_running_loop()
            self._lane.submit(lambda unit: callers.note_use(unit, key), _noted, loop)
        except LaneClosedError:
            log.debug("the use of %s is not noted, for the server stops", key)


def _noted(_: Any, error: BaseException | None) -> None:
    if error is not None:
        log.warning("the use of a key was not noted", exc_info=error)


def _unauthenticated(message: str) -> RefusedError:
    return RefusedError(Outcome.UNAUTHENTICATED, "UNAUTHENTICATED", message)
