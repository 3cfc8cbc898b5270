"""Who calls: the key or the token behind `authorization: Bearer …`.

What was found is remembered for a few seconds, so that a revoked key is refused on
every node soon after. What was not found is looked up again each time.
"""

import time
from typing import NamedTuple

from server.domain.access import NOBODY, Caller, Role, secret_hash
from server.domain.errors import Outcome, RefusedError
from server.store.clock import now_us
from server.store.models import ApiKey, PortalOperator, SignIn
from server.store.reads import ReadPool, Rows
from server.store.statements import Statement, param

REMEMBERED = 5.0
"""How many seconds a caller is known without asking again."""
_MOST_REMEMBERED = 10_000

_KEY = Statement(
    ApiKey.select(
        ApiKey.name, ApiKey.display_name, ApiKey.role, ApiKey.partner, ApiKey.expire_time
    ).where((ApiKey.secret_hash == param("secret_hash")) & ApiKey.revoke_time.is_null())
)
_SIGNED_IN = Statement(
    SignIn.select(
        PortalOperator.name,
        PortalOperator.display_name,
        PortalOperator.role,
        PortalOperator.partner,
        SignIn.expire_time,
    )
    .join(PortalOperator, on=(PortalOperator.name == SignIn.operator))
    .where(SignIn.token_hash == param("secret_hash"))
)


class Identity(NamedTuple):
    """A caller, and the hash of the token that says so; empty without one."""

    caller: Caller
    token_hash: str


UNKNOWN = Identity(NOBODY, "")


class Authentication:
    """Finds the caller behind a token."""

    def __init__(self, reads: ReadPool) -> None:
        self._reads = reads
        self._known: dict[str, tuple[Caller, float]] = {}

    async def identify(self, authorization: str) -> Identity:
        """Who sends this header; UNKNOWN for an empty one. UNAUTHENTICATED for a token that is
        none of ours, has expired or was revoked."""
        if not authorization:
            return UNKNOWN
        scheme, _, token = authorization.partition(" ")
        if scheme.lower() != "bearer" or not token:
            raise _unauthenticated("send `authorization: Bearer <key>`")
        token_hash = secret_hash(token.strip())
        remembered = self._known.get(token_hash)
        if remembered is not None and time.monotonic() < remembered[1]:
            return Identity(remembered[0], token_hash)
        return Identity(await self._look_up(token_hash), token_hash)

    def forget(self, token_hash: str) -> None:
        """Asks again at the next call with that token."""
        self._known.pop(token_hash, None)

    async def _look_up(self, token_hash: str) -> Caller:
        self.forget(token_hash)
        found = await self._reads.look_up(lambda rows: find_caller(rows, token_hash))
        if found is None:
            raise _unauthenticated("the key is unknown, expired or revoked")
        if len(self._known) >= _MOST_REMEMBERED:
            self._known.clear()
        self._known[token_hash] = found, time.monotonic() + REMEMBERED
        return found


def find_caller(rows: Rows, token_hash: str) -> Caller | None:
    """The caller whose key or token has that hash, if it is in force."""
    for statement in (_KEY, _SIGNED_IN):
        row = rows.one(statement, secret_hash=token_hash)
        if row is not None:
            name, display_name, role, partner, expire_time = row
            in_force = expire_time is None or now_us() < expire_time
            return Caller(name, display_name, Role(role), partner) if in_force else None
    return None


def _unauthenticated(message: str) -> RefusedError:
    return RefusedError(Outcome.UNAUTHENTICATED, "UNAUTHENTICATED", message)
