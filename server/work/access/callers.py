"""Callers, as their keys and sign-ins say."""

from collections.abc import Collection, Sequence
from typing import Any, NamedTuple

from peewee import fn

from ampline.v1.api_key_pb2 import ApiKey as Key
from ampline.v1.partner_pb2 import Partner as PartnerMessage
from server.domain.access import (
    PARTNER_ROLES,
    Caller,
    PartnerAccess,
    Permission,
    Role,
    permissions_of,
)
from server.store.models import ApiKey, Partner, PortalOperator, SignIn
from server.store.reads import Rows
from server.store.statements import Statement, param
from server.store.unit import Unit

ENABLED = 1

_KEY = Statement(
    ApiKey.select(
        ApiKey.name,
        ApiKey.display_name,
        ApiKey.role,
        ApiKey.partner,
        ApiKey.may_choose_ids,
        ApiKey.expire_time,
        ApiKey.permissions,
        ApiKey.calls_per_second,
        ApiKey.last_used_time,
    ).where((ApiKey.secret_hash == param("secret_hash")) & ApiKey.revoke_time.is_null())
)
_SIGNED_IN = Statement(
    SignIn.select(
        PortalOperator.name,
        fn.COALESCE(PortalOperator.display_name, PortalOperator.username),
        PortalOperator.role,
        PortalOperator.partner,
        PortalOperator.may_choose_ids,
        SignIn.expire_time,
    )
    .join(PortalOperator, on=(PortalOperator.name == SignIn.operator))
    .where((SignIn.token_hash == param("secret_hash")) & (PortalOperator.state == ENABLED))
)
_ACCESS = Statement(Partner.select(Partner.access).where(Partner.name == param("name")))
_NOTE_USE = Statement(
    ApiKey.update(last_used_time=param("now")).where(ApiKey.name == param("name"))
)


class Found(NamedTuple):
    """A caller, and what its token is good for. Times are microseconds."""

    caller: Caller
    expire_time: int | None
    last_used_time: int | None
    """Of a key, 0 if it was not used yet; None of a sign-in, whose use nobody asks about."""


def find(rows: Rows, secret_hash: str, now: int) -> Found | None:
    """The caller whose key or token has that hash, if it is in force."""
    found = _key(rows, secret_hash) or _signed_in(rows, secret_hash)
    if found is None or (found.expire_time is not None and found.expire_time <= now):
        return None
    if found.caller.role in PARTNER_ROLES and found.caller.partner is None:
        return None  # it would see everybody's
    return found


def caller(
    rows: Rows,
    who: Sequence[Any],
    restriction: Collection[int] = (),
    calls_per_second: int | None = None,
) -> Caller:
    """What a key or an operator comes to: name, display name, role, partner, may_choose_ids."""
    name, display_name, role, partner, may_choose_ids = who
    access = partner_access(rows, partner) if partner else None
    return Caller(
        name,
        display_name or name.partition("/")[2],
        Role(role),
        partner,
        permissions_of(Role(role), [Permission(each) for each in restriction], access),
        chooses_ids=partner is None or bool(may_choose_ids),
        calls_per_second=calls_per_second,
    )


def partner_access(rows: Rows, partner: str) -> set[PartnerAccess]:
    """What the partner's keys and logins may do."""
    row = rows.one(_ACCESS, name=partner)
    told = PartnerMessage.FromString(bytes(row[0])).access if row and row[0] else ()
    return {PartnerAccess(each) for each in told}


def note_use(unit: Unit, key: str) -> None:
    """The key is in use."""
    unit.run(_NOTE_USE, name=key, now=unit.now)


def _key(rows: Rows, secret_hash: str) -> Found | None:
    row = rows.one(_KEY, secret_hash=secret_hash)
    if row is None:
        return None
    *who, expire_time, permissions, calls_per_second, last_used_time = row
    restriction = Key.FromString(bytes(permissions or b"")).permissions
    found = caller(rows, who, restriction, calls_per_second)
    return Found(found, expire_time, last_used_time or 0)


def _signed_in(rows: Rows, secret_hash: str) -> Found | None:
    row = rows.one(_SIGNED_IN, secret_hash=secret_hash)
    if row is None:
        return None
    *who, expire_time = row
    return Found(caller(rows, who), expire_time, None)
