"""The settings of a charger: keys in OCPP 1.6, variables of components in 2.x.

Enum values are the numbers of ampline.v1.ConfigurationKey, so that they are stored as they are.
"""

from dataclasses import dataclass
from enum import IntEnum

from server.domain.secret_settings import is_secret_setting


class Attribute(IntEnum):
    """ampline.v1.ConfigurationKey.Attribute: which of a variable's values."""

    ACTUAL = 1
    TARGET = 2
    MIN_SET = 3
    MAX_SET = 4


class Mutability(IntEnum):
    """ampline.v1.ConfigurationKey.Mutability."""

    READ_ONLY = 1
    WRITE_ONLY = 2
    READ_WRITE = 3


@dataclass(frozen=True, slots=True)
class Setting:
    """Which setting: without a component a key of 1.6. EVSE 0 and connector 0 are none."""

    key: str
    component: str = ""
    component_instance: str = ""
    instance: str = ""
    evse: int = 0
    connector: int = 0
    attribute: Attribute = Attribute.ACTUAL

    @property
    def is_secret(self) -> bool:
        """Whether nobody is to read its value."""
        return is_secret_setting(self.key)

    @property
    def is_variable(self) -> bool:
        """Whether it is of 2.x."""
        return bool(self.component)


@dataclass(frozen=True, slots=True)
class Wanted:
    """A setting, and the value that it is to have."""

    setting: Setting
    value: str


@dataclass(frozen=True, slots=True)
class Characteristics:
    """What a charger of 2.x says of a variable beside its value."""

    data_type: str = ""
    unit: str = ""
    min_limit: float | None = None
    max_limit: float | None = None
    values: str = ""
    monitored: bool = False


@dataclass(frozen=True, slots=True)
class Told:
    """A setting as the charger told it; the value of a secret is empty."""

    setting: Setting
    value: str
    mutability: Mutability | None = None
    characteristics: Characteristics | None = None

    @property
    def readonly(self) -> bool:
        """Whether the charger lets nobody change it."""
        return self.mutability is Mutability.READ_ONLY


@dataclass(frozen=True, slots=True)
class Result:
    """What a charger says to one of several settings: its word, and the value if it told one."""

    setting: Setting
    status: str  # "Accepted", "RebootRequired", "Rejected", "UnknownComponent", …
    accepted: bool
    value: str = ""
    reason_code: str = ""
    """Why, in another word of the charger's; empty = it does not say."""


class Reading(IntEnum):
    """ampline.v1.ConfigurationKey.Reading: how a configuration is read after a boot."""

    ALL = 1
    ONE_BY_ONE = 2
    NEVER = 3
