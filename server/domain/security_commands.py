"""What chargers are told of their own security: passwords, security profiles.

Each is said in one or several calls, as the version of OCPP has it.
"""

from dataclasses import dataclass, field
from enum import IntEnum


class SecurityProfile(IntEnum):
    """ampline.v1.ChargePoint.SecurityProfile; OCPP's own number is one less."""

    NO_SECURITY = 1
    UNSECURED_BASIC_AUTH = 2
    TLS_BASIC_AUTH = 3
    TLS_CLIENT_CERTIFICATE = 4

    @property
    def ocpp_number(self) -> int:
        """As OCPP counts them, from 0."""
        return self.value - 1


@dataclass(frozen=True, slots=True)
class SetPassword:
    """Prove yourself with this password from now on."""

    password: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class SetSecurityProfile:
    """Come back on this profile. What 2.x must be told besides: where, in which slot of its
    network profiles, and over which interface (B09)."""

    profile: SecurityProfile
    url: str
    slot: int = 2
    interface: str = "Wired0"


@dataclass(frozen=True, slots=True)
class SetNetworkProfile:
    """Keep in a slot how to reach us (2.x)."""

    profile: SecurityProfile
    url: str
    slot: int
    interface: str


SecurityCommand = SetPassword | SetSecurityProfile | SetNetworkProfile
