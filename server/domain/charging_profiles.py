"""Charging profiles: limits over time that a charger is to keep to.

OCPP 1.6 section 3.13, 2.0.1 block K. Numbers of enums are those of ampline.v1.ChargingProfile.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from itertools import pairwise


class Purpose(IntEnum):
    """What a profile limits."""

    CHARGE_POINT_MAX = 1
    TX_DEFAULT = 2
    TX = 3
    EXTERNAL_CONSTRAINTS = 4


class Kind(IntEnum):
    """What its schedule counts from."""

    ABSOLUTE = 1
    RECURRING = 2
    RELATIVE = 3


class Recurrency(IntEnum):
    """How often it begins again."""

    DAILY = 1
    WEEKLY = 2


class Source(IntEnum):
    """Who gave it to the charger."""

    OPERATOR = 1
    SESSION = 2
    CIRCUIT = 3
    CHARGER = 4


class RateUnit(IntEnum):
    """In what limits are: amperes per phase, or watts."""

    AMPERE = 1
    WATT = 2


@dataclass(frozen=True, slots=True)
class Period:
    """A limit from so many seconds after the schedule's start on, in tenths of its unit."""

    start_seconds: int
    limit_tenths: int
    phases: int = 0  # 0 = not said


@dataclass(frozen=True, slots=True)
class Schedule:
    """Limits over time. `start`: None = with the transaction; `min_rate_tenths` of the unit."""

    unit: RateUnit
    periods: tuple[Period, ...]
    start: datetime | None = None
    duration_seconds: int | None = None
    min_rate_tenths: int | None = None


@dataclass(frozen=True, slots=True)
class ChargingProfile:
    """A profile. EVSE 0 is the charge point, or all its EVSEs; `number` is unique within it."""

    number: int
    evse: int
    stack_level: int
    purpose: Purpose
    kind: Kind
    schedule: Schedule
    recurrency: Recurrency | None = None
    valid_from: datetime | None = None
    valid_until: datetime | None = None
    transaction_id: str | None = None


@dataclass(frozen=True, slots=True)
class GetChargingProfiles:
    """Tell profiles, in a report of that number: all, or those that fit what is not None."""

    number: int
    evse: int | None = None
    purpose: Purpose | None = None
    stack_level: int | None = None
    profiles: tuple[int, ...] = ()

    @property
    def is_whole(self) -> bool:
        """Whether all are asked for."""
        asked = (self.evse, self.purpose, self.stack_level)
        return not self.profiles and all(each is None for each in asked)


@dataclass(frozen=True, slots=True)
class ProfilesReported:
    """ReportChargingProfiles: a part of the report of that number; they are not counted."""

    number: int
    is_last: bool
    is_central: bool
    """Whether they came from a central system, ours or one before it."""
    profiles: tuple[ChargingProfile, ...]


def faults(profile: ChargingProfile) -> Iterator[tuple[str, str]]:
    """What no charger could make sense of: fields of the request, and what is wrong with them."""
    if profile.purpose is Purpose.CHARGE_POINT_MAX and profile.evse:
        yield "evse", "must be 0: CHARGE_POINT_MAX limits the charge point as a whole"
    if profile.purpose is Purpose.CHARGE_POINT_MAX and profile.kind is Kind.RELATIVE:
        yield "kind", "RELATIVE counts from a transaction, which CHARGE_POINT_MAX has not"
    if (profile.recurrency is not None) != (profile.kind is Kind.RECURRING):
        yield "recurrency", "is needed for RECURRING, and for nothing else"
    if profile.kind is Kind.RELATIVE and profile.schedule.start is not None:
        yield "schedule.start_time", "must be absent: RELATIVE counts from the transaction"
    if profile.kind is Kind.RECURRING and profile.schedule.start is None:
        yield "schedule.start_time", "is needed: RECURRING counts from it"
    if profile.valid_from and profile.valid_until and profile.valid_from >= profile.valid_until:
        yield "valid_until", "must be after valid_from"
    yield from _schedule_faults(profile.schedule)


def _schedule_faults(schedule: Schedule) -> Iterator[tuple[str, str]]:
    periods = schedule.periods
    if periods and periods[0].start_seconds:
        yield "schedule.periods[0].start", "must be 0: a schedule has no gap before it"
    for place, (one, next_one) in enumerate(pairwise(periods), 1):
        if next_one.start_seconds <= one.start_seconds:
            yield f"schedule.periods[{place}].start", "must be after the period before it begins"
    last = periods[-1].start_seconds if periods else 0
    if schedule.duration_seconds is not None and last >= schedule.duration_seconds:
        yield "schedule.duration", "must reach beyond the start of the last period"
