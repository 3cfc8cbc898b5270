"""Which charging profiles no charger could make sense of."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from server.domain.charging_profiles import (
    ChargingProfile,
    Kind,
    Period,
    Purpose,
    RateUnit,
    Recurrency,
    Schedule,
    faults,
)

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
SCHEDULE = Schedule(RateUnit.AMPERE, (Period(0, 160), Period(600, 60)), NOON, 3600)
PROFILE = ChargingProfile(1, 1, 0, Purpose.TX_DEFAULT, Kind.ABSOLUTE, SCHEDULE)


def schedule(**changes: Any) -> ChargingProfile:
    """The usual profile with another schedule."""
    return replace(PROFILE, schedule=replace(SCHEDULE, **changes))


@pytest.mark.parametrize(
    "profile",
    [
        PROFILE,
        replace(PROFILE, purpose=Purpose.CHARGE_POINT_MAX, evse=0),
        replace(PROFILE, kind=Kind.RECURRING, recurrency=Recurrency.DAILY),
        replace(PROFILE, kind=Kind.RELATIVE, schedule=replace(SCHEDULE, start=None)),
        replace(PROFILE, valid_from=NOON, valid_until=NOON + timedelta(seconds=1)),
        schedule(start=None, duration_seconds=None),
        schedule(periods=(Period(0, 0),)),
    ],
)
def test_what_makes_sense(profile: ChargingProfile) -> None:
    assert list(faults(profile)) == []


@pytest.mark.parametrize(
    ("profile", "field"),
    [
        (replace(PROFILE, purpose=Purpose.CHARGE_POINT_MAX), "evse"),
        (
            replace(
                PROFILE,
                purpose=Purpose.CHARGE_POINT_MAX,
                evse=0,
                kind=Kind.RELATIVE,
                schedule=replace(SCHEDULE, start=None),
            ),
            "kind",
        ),
        (replace(PROFILE, kind=Kind.RECURRING), "recurrency"),
        (replace(PROFILE, recurrency=Recurrency.WEEKLY), "recurrency"),
        (replace(PROFILE, kind=Kind.RELATIVE), "schedule.start_time"),
        (
            replace(
                PROFILE,
                kind=Kind.RECURRING,
                recurrency=Recurrency.DAILY,
                schedule=replace(SCHEDULE, start=None),
            ),
            "schedule.start_time",
        ),
        (replace(PROFILE, valid_from=NOON, valid_until=NOON), "valid_until"),
        (schedule(periods=(Period(1, 160),)), "schedule.periods[0].start"),
        (schedule(periods=(Period(0, 160), Period(0, 60))), "schedule.periods[1].start"),
        (schedule(duration_seconds=600), "schedule.duration"),
    ],
)
def test_what_does_not(profile: ChargingProfile, field: str) -> None:
    assert [name for name, _ in faults(profile)] == [field]
