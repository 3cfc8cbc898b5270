"""Codes besides the password (TOTP, RFC 6238): 6 digits, new every 30 seconds, each good once."""

import pyotp

from server.domain.errors import RefusedError, precondition
from server.store.models import PortalOperator
from server.store.statements import Statement, param
from server.store.unit import Unit

ISSUER = "Ampline"
STEP = 30
DRIFT = 1
"""By how many steps a device's clock may be wrong, either way."""

_FIND = Statement(
    PortalOperator.select(
        PortalOperator.totp_secret, PortalOperator.totp_enabled, PortalOperator.totp_step
    ).where(PortalOperator.name == param("name"))
)
_ENROL = Statement(
    PortalOperator.update(totp_secret=param("secret"), totp_enabled=False, totp_step=0).where(
        PortalOperator.name == param("name")
    )
)
_TAKE = Statement(
    PortalOperator.update(totp_enabled=True, totp_step=param("step")).where(
        PortalOperator.name == param("name")
    )
)


def new_secret() -> str:
    """160 random bits, in base 32."""
    return pyotp.random_base32()


def uri(secret: str, username: str) -> str:
    """What a device reads from a QR code."""
    return pyotp.TOTP(secret).provisioning_uri(name=username, issuer_name=ISSUER)


def enrol(unit: Unit, operator: str, secret: str) -> None:
    """Keeps a secret that is to be confirmed. TOTP_STATE if codes are in use already."""
    _, enabled, _ = _state(unit, operator)
    if enabled:
        raise _state_refused("codes are in use already; disable them first", "ENABLED")
    unit.run(_ENROL, name=operator, secret=secret)


def confirm(unit: Unit, operator: str, code: str) -> bool:
    """Begins to ask for codes, if this is one. TOTP_STATE if there is nothing to confirm."""
    secret, enabled, _ = _state(unit, operator)
    if enabled or not secret:
        raise _state_refused("enrol first", "ENABLED" if enabled else "NOT_ENROLLED")
    return take(unit, operator, code)


def take(unit: Unit, operator: str, code: str) -> bool:
    """Whether the code is right, and was not taken before; it is now."""
    secret, _, last = _state(unit, operator)
    step = step_of(secret or "", code, unit.now // 1_000_000)
    if step is None or step <= last:
        return False
    unit.run(_TAKE, name=operator, step=step)
    return True


def disable(unit: Unit, operator: str) -> None:
    """Asks for no codes any more."""
    unit.run(_ENROL, name=operator, secret=None)


def step_of(secret: str, code: str, now: int) -> int | None:
    """Which step's code it is, of those near `now`, in seconds since 1970; None = of none."""
    made = pyotp.TOTP(secret, interval=STEP)
    for step in range(now // STEP - DRIFT, now // STEP + DRIFT + 1):
        if made.verify(code, for_time=step * STEP):
            return step
    return None


def _state(unit: Unit, operator: str) -> tuple[str | None, bool, int]:
    secret, enabled, step = unit.one_locked(_FIND, name=operator) or (None, False, 0)
    return secret, bool(enabled), step


def _state_refused(message: str, state: str) -> RefusedError:
    return precondition("TOTP_STATE", message, state=state)
