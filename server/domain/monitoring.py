"""Block N of OCPP 2.x: monitors of variables, and what chargers tell when one goes off.

Enum values are the numbers of the protos, so that they are stored as they are.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum

from server.domain.device_model import Setting


class MonitorKind(IntEnum):
    """ampline.v1.VariableMonitor.Kind."""

    UPPER_THRESHOLD = 1
    LOWER_THRESHOLD = 2
    DELTA = 3
    PERIODIC = 4
    PERIODIC_CLOCK_ALIGNED = 5


class Base(IntEnum):
    """ampline.v1.SetMonitoringBaseRequest.Base."""

    ALL = 1
    FACTORY_DEFAULT = 2
    HARD_WIRED_ONLY = 3


class Trigger(IntEnum):
    """ampline.v1.DeviceEvent.Trigger."""

    ALERTING = 1
    DELTA = 2
    PERIODIC = 3


class EventKind(IntEnum):
    """ampline.v1.DeviceEvent.Kind."""

    HARD_WIRED_NOTIFICATION = 1
    HARD_WIRED_MONITOR = 2
    PRECONFIGURED_MONITOR = 3
    CUSTOM_MONITOR = 4


@dataclass(frozen=True, slots=True)
class Monitor:
    """Has a charger tell when a variable is so. The kind is None where we do not know it."""

    setting: Setting
    kind: MonitorKind | None
    value: float
    severity: int  # from 0 (danger) to 9 (debugging)
    during_transaction: bool = False
    number: int = 0  # the charger's; 0 = it has none yet


@dataclass(frozen=True, slots=True)
class MonitorResult:
    """What a charger says to one of several monitors; `number` is 0 where it has none."""

    status: str
    accepted: bool
    number: int = 0


@dataclass(frozen=True, slots=True)
class SetMonitors:
    """Watch variables."""

    monitors: tuple[Monitor, ...]


@dataclass(frozen=True, slots=True)
class ClearMonitors:
    """Watch them no more."""

    numbers: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class SetMonitoringBase:
    """Go back to a set of monitors."""

    base: Base


@dataclass(frozen=True, slots=True)
class SetMonitoringLevel:
    """Tell only what is so grave."""

    severity: int


@dataclass(frozen=True, slots=True)
class GetMonitoringReport:
    """Tell monitors, in a report: all, or those of these settings."""

    number: int
    settings: tuple[Setting, ...] = ()


MonitoringCommand = (
    SetMonitors | ClearMonitors | SetMonitoringBase | SetMonitoringLevel | GetMonitoringReport
)


@dataclass(frozen=True, slots=True)
class MonitorsReported:
    """NotifyMonitoringReport: a part of the report of that number, counted from 0."""

    number: int
    part: int
    is_last: bool
    monitors: tuple[Monitor, ...]


@dataclass(frozen=True, slots=True)
class DeviceEvent:
    """Something of a component; the value of a secret is empty, a number 0 where there is none."""

    number: int
    time: datetime
    setting: Setting
    value: str
    trigger: Trigger | None
    kind: EventKind | None
    cause: int = 0
    tech_code: str = ""
    tech_info: str = ""
    cleared: bool = False
    transaction_id: str = ""
    monitor: int = 0
    severity: int | None = None


@dataclass(frozen=True, slots=True)
class DeviceEventsTold:
    """NotifyEvent."""

    events: tuple[DeviceEvent, ...]
