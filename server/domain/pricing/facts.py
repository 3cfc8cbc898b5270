"""What is known of a session when it is priced."""

from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from decimal import Decimal
from enum import Enum
from typing import NamedTuple

from server.domain.tariffs import CurrentType


class ChargingState(Enum):
    """What goes on at the connector."""

    CHARGING = "CHARGING"
    IDLE = "IDLE"
    RESERVED = "RESERVED"  # held for the driver, before the session


class MeterSample(NamedTuple):
    """The register at `time`, in Wh since the session's start; finer than 1e-6 Wh is rounded."""

    time: datetime
    energy_wh: int | Decimal


@dataclass(frozen=True, slots=True)
class ChargingPeriod:
    """From `start` until the next period, or the session's end, the session is in `state`."""

    start: datetime
    state: ChargingState


@dataclass(frozen=True, slots=True)
class SessionFacts:
    """A session from its start to its end, or to now.

    The register stands at 0 at the start. Between two samples energy is spread evenly over
    time; after the last one it stands still. A register that goes backwards stands still until
    it has caught up. Samples before the start say nothing; those after the end count as taken at
    the end. Before the first period it is charging. Datetimes carry a time zone; `time_zone` is
    the location's.
    """

    start: datetime
    end: datetime
    samples: tuple[MeterSample, ...] = ()
    periods: tuple[ChargingPeriod, ...] = ()
    reserved_from: datetime | None = None
    current_type: CurrentType = CurrentType.AC
    time_zone: tzinfo = UTC
    allowance_wh: int | Decimal = 0  # what the driver's subscription has left

    @property
    def origin(self) -> datetime:
        """Where its price begins to run: with the reservation, or else with the session."""
        return min(self.reserved_from, self.start) if self.reserved_from else self.start
