"""Who may do what: callers, their roles, and what each role is permitted.

Numbers are those of the protos. Which permission a method asks for stands in its proto.
"""

import hashlib
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
_READERS = _EVERYBODY | {Permission.READ}
_RUNNERS = _READERS | {Permission.WRITE, Permission.CONTROL}

PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.ADMIN: frozenset(Permission),
    Role.OPERATOR: frozenset(_RUNNERS | {Permission.MONEY}),
    Role.SUPPORT: frozenset(_READERS | {Permission.CONTROL}),
    Role.FINANCE: frozenset(_READERS | {Permission.MONEY}),
    Role.VIEWER: frozenset(_READERS),
    Role.PARTNER_ADMIN: frozenset(_RUNNERS),
    Role.PARTNER_VIEWER: frozenset(_READERS),
    Role.SERVICE: frozenset(_RUNNERS | {Permission.MONEY}),
}
"""What each role is permitted; everything else is not."""


@dataclass(frozen=True, slots=True)
class Caller:
    """Whoever calls. `partner`: if given, the caller sees and touches what is this partner's."""

    principal: str  # `apiKeys/…` or `portalOperators/…`; empty = unknown
    display_name: str
    role: Role | None
    partner: str | None = None

    def may(self, permission: Permission) -> bool:
        """Whether the caller is permitted."""
        if permission is Permission.ANYONE:
            return True
        return self.role is not None and permission in PERMISSIONS[self.role]


NOBODY = Caller("", "", None)
"""A caller without a key."""


def secret_hash(secret: str) -> str:
    """How a key or a token is kept: SHA-256, in hex. They are random, so no salt is needed."""
    return hashlib.sha256(secret.encode()).hexdigest()
