"""What chargers are asked of their settings, and told to set.

Keys are of OCPP 1.6, variables of 2.x; a version refuses what is not its own. Reports come
in messages of their own, under the number of the command that asked for them.
"""

from dataclasses import dataclass
from enum import IntEnum

from server.domain.device_model import Setting, Wanted


class Inventory(IntEnum):
    """ampline.v1.ConfigurationReport.Base."""

    CONFIGURATION = 1
    FULL = 2
    SUMMARY = 3


class Criterion(IntEnum):
    """ampline.v1.ConfigurationReport.Criterion: components that are so."""

    ACTIVE = 1
    AVAILABLE = 2
    ENABLED = 3
    PROBLEM = 4


@dataclass(frozen=True, slots=True)
class ReadConfiguration:
    """Tell all settings: in the answer (1.6), or in a report of that number (2.x)."""

    number: int
    inventory: Inventory = Inventory.FULL


@dataclass(frozen=True, slots=True)
class GetConfiguration:
    """Tell keys; none = all."""

    keys: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SetConfiguration:
    """Change one key."""

    key: str
    value: str


@dataclass(frozen=True, slots=True)
class GetVariables:
    """Tell variables, in the answer."""

    settings: tuple[Setting, ...]


@dataclass(frozen=True, slots=True)
class SetVariables:
    """Change variables."""

    wanted: tuple[Wanted, ...]


@dataclass(frozen=True, slots=True)
class GetReport:
    """Tell, in a report, the variables of components that are so, or of these. A setting without
    a key is every variable of its component."""

    number: int
    criteria: tuple[Criterion, ...] = ()
    settings: tuple[Setting, ...] = ()


DeviceCommand = (
    ReadConfiguration
    | GetConfiguration
    | SetConfiguration
    | GetVariables
    | SetVariables
    | GetReport
)
