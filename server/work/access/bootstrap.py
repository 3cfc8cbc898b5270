"""The first key and the first operator, so that somebody can call at all."""

from server.domain.access import Role, secret_hash
from server.store.models import ApiKey, PortalOperator
from server.store.unit import Unit
from server.work.access.callers import ENABLED
from server.work.access.passwords import hash_operator_password, is_operator_password

KEY = "apiKeys/bootstrap"


def ensure_key(unit: Unit, secret: str) -> None:
    """Sees to it that the bootstrap key is an administrator's and has exactly this value.

    Without a value there is none: who takes the setting away takes the key away.
    """
    if not secret:
        unit.execute(ApiKey.delete().where(ApiKey.name == KEY))
        return
    row = {
        "secret_hash": secret_hash(secret),
        "role": Role.ADMIN,
        "partner": None,
        "permissions": None,
        "expire_time": None,
        "revoke_time": None,
    }
    unit.execute(
        ApiKey.insert(
            name=KEY,
            display_name="Bootstrap key",
            create_time=unit.now,
            update_time=unit.now,
            **row,
        ).on_conflict(conflict_target=[ApiKey.name], update=row)
    )


def ensure_operator(unit: Unit, login: str) -> None:
    """Sees to it that `username:password` signs an administrator in. An empty login changes
    nothing; ValueError for one without a colon."""
    if not login:
        return
    username, colon, password = login.partition(":")
    if not (colon and username and password):
        raise ValueError("AMPLINE_BOOTSTRAP_OPERATOR: must be username:password")
    kept = PortalOperator.get_or_none(PortalOperator.username == username)
    if kept and _is_in_force(kept, password):
        return
    row = {
        "password_hash": hash_operator_password(password),
        "role": Role.ADMIN,
        "partner": None,
        "state": ENABLED,
    }
    unit.execute(
        PortalOperator.insert(
            name=f"portalOperators/{username}",
            username=username,
            display_name=username,
            create_time=unit.now,
            update_time=unit.now,
            **row,
        ).on_conflict(conflict_target=[PortalOperator.username], update=row)
    )


def _is_in_force(operator: PortalOperator, password: str) -> bool:
    is_administrator = operator.role == Role.ADMIN and operator.state == ENABLED
    kept = operator.password_hash
    return is_administrator and kept is not None and is_operator_password(password, kept)
