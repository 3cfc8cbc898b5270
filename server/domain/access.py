"""Who may do what: callers, their roles, and what each role is permitted.

Numbers are those of the protos. Which permission a method asks for stands in its proto.
"""

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from enum import IntEnum


class Permission(IntEnum):
    """ampline.v1.Permission."""

    ANYONE = 1
    KNOWN_CALLER = 2
    READ = 3
    WRITE = 4
    CONTROL = 5
    MONEY = 6
    ADMINISTER = 7
    READ_SESSIONS = 8
    RESET = 9
    RESERVE = 10
    SET_PRICES = 11
    MANAGE_CHARGE_POINTS = 12
    READ_CHARGE_POINTS = 13
    READ_PRICES = 14


class Role(IntEnum):
    """ampline.v1.Role."""

    ADMIN = 1
    OPERATOR = 2
    SUPPORT = 3
    FINANCE = 4
    VIEWER = 5
    PARTNER_ADMIN = 6
    PARTNER_VIEWER = 7
    SERVICE = 8


_EVERYBODY = {Permission.ANYONE, Permission.KNOWN_CALLER}
READING = frozenset(
    {
        Permission.READ,
        Permission.READ_CHARGE_POINTS,
        Permission.READ_PRICES,
        Permission.READ_SESSIONS,
    }
)
"""The permissions that let one see, and change nothing."""
_READERS = _EVERYBODY | READING
_HELPERS = _READERS | {Permission.CONTROL, Permission.RESET, Permission.RESERVE}
_RUNNERS = _HELPERS | {
    Permission.WRITE,
    Permission.MANAGE_CHARGE_POINTS,
    Permission.SET_PRICES,
}

PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.ADMIN: frozenset(Permission),
    Role.OPERATOR: frozenset(_RUNNERS | {Permission.MONEY}),
    Role.SUPPORT: frozenset(_HELPERS),
    Role.FINANCE: frozenset(_READERS | {Permission.MONEY, Permission.SET_PRICES}),
    Role.VIEWER: frozenset(_READERS),
    Role.PARTNER_ADMIN: frozenset(_RUNNERS),
    Role.PARTNER_VIEWER: frozenset(_READERS),
    Role.SERVICE: frozenset(_RUNNERS | {Permission.MONEY}),
}
"""What each role is permitted; everything else is not."""

PARTNER_ROLES = frozenset({Role.PARTNER_ADMIN, Role.PARTNER_VIEWER})
"""The roles that are a partner's: whoever has one belongs to a partner, and nobody else does."""


class PartnerAccess(IntEnum):
    """ampline.v1.Partner.Access: what a partner's keys and logins may be let do."""

    OWN_CHARGE_POINTS = 1
    SESSIONS = 2
    REMOTE_CONTROL = 3
    RESET = 4
    RESERVATIONS = 5
    TARIFFS = 6


_GRANTED: dict[PartnerAccess, frozenset[Permission]] = {
    PartnerAccess.OWN_CHARGE_POINTS: frozenset(
        {Permission.READ_CHARGE_POINTS, Permission.MANAGE_CHARGE_POINTS}
    ),
    PartnerAccess.SESSIONS: frozenset({Permission.READ_SESSIONS}),
    PartnerAccess.REMOTE_CONTROL: frozenset({Permission.CONTROL}),
    PartnerAccess.RESET: frozenset({Permission.RESET}),
    PartnerAccess.RESERVATIONS: frozenset({Permission.RESERVE}),
    PartnerAccess.TARIFFS: frozenset({Permission.READ_PRICES, Permission.SET_PRICES}),
}
"""What a partner's callers get by each; without it, their roles do not help them."""


def permissions_of(
    role: Role,
    restriction: Collection[Permission] = (),
    partner_access: Collection[PartnerAccess] | None = None,
) -> frozenset[Permission]:
    """What somebody of that role may do.

    `restriction`, if there is any, is all that is left of the role's permissions, besides asking
    who one is. `partner_access`, of a partner's callers, is what the partner is granted: None for
    the operator's own.
    """
    held = PERMISSIONS[role]
    if restriction:
        held &= frozenset(restriction) | _EVERYBODY
    if partner_access is None:
        return held
    withheld = [given for access, given in _GRANTED.items() if access not in partner_access]
    return held.difference(*withheld)


@dataclass(frozen=True, slots=True)
class Caller:
    """Whoever calls. `partner`: if given, the caller sees and touches what is this partner's."""

    principal: str  # `apiKeys/…` or `portalOperators/…`; empty = unknown
    display_name: str
    role: Role | None
    partner: str | None = None
    permissions: frozenset[Permission] = frozenset()
    chooses_ids: bool = True
    """Whether it may choose the ids of what it creates."""
    calls_per_second: int | None = None
    """How many calls it may make, if that is not the setting's."""

    def may(self, permission: Permission) -> bool:
        """Whether the caller is permitted."""
        return permission is Permission.ANYONE or permission in self.permissions


NOBODY = Caller("", "", None)
"""A caller without a key."""


def secret_hash(secret: str) -> str:
    """How a key or a token is kept: SHA-256, in hex. They are random, so no salt is needed."""
    return hashlib.sha256(secret.encode()).hexdigest()
