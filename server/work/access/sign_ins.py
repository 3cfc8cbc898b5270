"""Operators' sign-ins: attempts are counted before they are checked, so that guessing is slow.

After a few wrong passwords each further attempt has to wait, twice as long every time.
"""

from typing import Any, NamedTuple

from server.domain.errors import Outcome, RefusedError
from server.store.models import PortalOperator, SignIn
from server.store.reads import Rows
from server.store.statements import Append, Statement, param
from server.store.unit import Unit
from server.work.access.callers import ENABLED

LASTS = 12 * 3600 * 1_000_000
"""How long a token is good for, in microseconds."""
FREE_ATTEMPTS = 5
SHORTEST_WAIT, LONGEST_WAIT = 5_000_000, 900_000_000


class OperatorRow(NamedTuple):
    """What is needed of a portal operator."""

    name: str
    username: str
    display_name: str | None
    password_hash: str | None
    role: int
    partner: str | None
    may_choose_ids: bool | None
    state: int
    totp_enabled: bool
    failed_attempts: int
    locked_until: int | None

    @property
    def may_sign_in(self) -> bool:
        """Whether a password is all that it takes, or a code besides."""
        return self.state == ENABLED and self.password_hash is not None


_OPERATOR = PortalOperator.select(
    *(getattr(PortalOperator, column) for column in OperatorRow._fields)
)
_FIND = Statement(_OPERATOR.where(PortalOperator.username == param("username")))
_GET = Statement(_OPERATOR.where(PortalOperator.name == param("name")))
_COUNT = Statement(
    PortalOperator.update(
        failed_attempts=PortalOperator.failed_attempts + 1, locked_until=param("locked_until")
    ).where(PortalOperator.name == param("name"))
)
_UNLOCK = Statement(
    PortalOperator.update(failed_attempts=0, locked_until=None).where(
        PortalOperator.name == param("name")
    )
)
_SUCCEED = Statement(
    PortalOperator.update(
        failed_attempts=0, locked_until=None, last_sign_in_time=param("now")
    ).where(PortalOperator.name == param("name"))
)
_SET_PASSWORD = Statement(
    PortalOperator.update(
        password_hash=param("password_hash"), password_change_time=param("now")
    ).where(PortalOperator.name == param("name"))
)
_SIGNED_IN = Append(SignIn, ("token_hash", "operator", "create_time", "expire_time"))
_END = Statement(SignIn.delete().where(SignIn.token_hash == param("token_hash")))
_END_ALL = Statement(SignIn.delete().where(SignIn.operator == param("operator")))
_END_OTHERS = Statement(
    SignIn.delete().where(
        (SignIn.operator == param("operator")) & (SignIn.token_hash != param("token_hash"))
    )
)


def attempt(unit: Unit, username: str) -> OperatorRow | None:
    """Counts an attempt of the operator's as failed until it has succeeded; None if nobody has
    that name. TOO_MANY_REQUESTS while one has to wait."""
    return _count(unit, unit.one_locked(_FIND, username=username))


def asks_for_codes(rows: Rows, operator: str) -> bool:
    """Whether the operator signs in with codes; nobody else does."""
    row = rows.one(_GET, name=operator)
    return row is not None and OperatorRow(*row).totp_enabled


def attempt_again(unit: Unit, operator: str) -> OperatorRow | None:
    """The same of somebody who has signed in, and gives the password once more."""
    return _count(unit, unit.one_locked(_GET, name=operator))


def _count(unit: Unit, row: tuple[Any, ...] | None) -> OperatorRow | None:
    if row is None:
        return None
    operator = OperatorRow(*row)
    if operator.locked_until is not None and unit.now < operator.locked_until:
        raise _locked(operator.locked_until - unit.now)
    wait = _wait_after(operator.failed_attempts + 1)
    unit.run(_COUNT, name=operator.name, locked_until=unit.now + wait if wait else None)
    return operator


def succeed(unit: Unit, operator: str, token_hash: str) -> int:
    """The password was right: keeps the token, returns when it ends, in microseconds."""
    unit.run(_SUCCEED, name=operator, now=unit.now)
    expire_time = unit.now + LASTS
    unit.insert(_SIGNED_IN, (token_hash, operator, unit.now, expire_time))
    return expire_time


def end(unit: Unit, token_hash: str) -> None:
    """Forgets the token."""
    unit.run(_END, token_hash=token_hash)


def end_all(unit: Unit, operator: str) -> None:
    """Forgets all tokens of the operator's."""
    unit.run(_END_ALL, operator=operator)


def unlock(unit: Unit, operator: str) -> None:
    """Forgets the attempts that failed."""
    unit.run(_UNLOCK, name=operator)


def change_password(unit: Unit, operator: str, password_hash: str, token_hash: str) -> None:
    """Keeps the new password's hash; only the token that asked for it stays good."""
    unit.run(_UNLOCK, name=operator)
    unit.run(_SET_PASSWORD, name=operator, password_hash=password_hash, now=unit.now)
    unit.run(_END_OTHERS, operator=operator, token_hash=token_hash)


def refused() -> RefusedError:
    """The user name or the password is wrong: which of them, nobody is told."""
    message = "the user name or the password is wrong"
    return RefusedError(Outcome.UNAUTHENTICATED, "UNAUTHENTICATED", message)


def code_required() -> RefusedError:
    """The password is right, and a code has to come with it."""
    message = "a code is needed besides the password: sign in again with totp_code"
    return RefusedError(Outcome.UNAUTHENTICATED, "TOTP_REQUIRED", message)


def _wait_after(failed: int) -> int:
    """How long the next attempt has to wait, in microseconds, after so many that failed."""
    if failed < FREE_ATTEMPTS:
        return 0
    return min(LONGEST_WAIT, SHORTEST_WAIT << min(failed - FREE_ATTEMPTS, 30))


def _locked(wait: int) -> RefusedError:
    seconds = -(-wait // 1_000_000)
    return RefusedError(
        Outcome.RESOURCE_EXHAUSTED,
        "TOO_MANY_REQUESTS",
        f"too many wrong passwords; try again in {seconds} s",
        {"retry_seconds": str(seconds)},
    )
