"""Charging schedules as every version says them (OCPP 1.6 section 7.13, 2.x block K)."""

from datetime import datetime
from typing import Any

from server.domain.charging_profiles import (
    ChargingProfile,
    Kind,
    Period,
    RateUnit,
    Recurrency,
    Schedule,
)
from server.ocpp.schemas import Payload
from server.ocpp.timestamps import write_datetime

LARGEST_LIMIT = 10_000_000
"""In A or W."""

_KINDS = {Kind.ABSOLUTE: "Absolute", Kind.RECURRING: "Recurring", Kind.RELATIVE: "Relative"}
_RECURRENCIES = {Recurrency.DAILY: "Daily", Recurrency.WEEKLY: "Weekly"}
KINDS_READ = {word: kind for kind, word in _KINDS.items()}
RECURRENCIES_READ = {word: recurrency for recurrency, word in _RECURRENCIES.items()}
UNITS = {RateUnit.AMPERE: "A", RateUnit.WATT: "W"}
RATE_UNITS = {word: unit for unit, word in UNITS.items()}


def kind_and_validity(told: ChargingProfile) -> Payload:
    """What a profile is, beside its schedule."""
    return {
        "stackLevel": told.stack_level,
        "chargingProfileKind": _KINDS[told.kind],
        **known(
            recurrencyKind=_RECURRENCIES.get(told.recurrency) if told.recurrency else None,
            validFrom=_time(told.valid_from),
            validTo=_time(told.valid_until),
        ),
    }


def schedule(told: Schedule) -> Payload:
    """A ChargingSchedule, without an id."""
    least = told.min_rate_tenths
    return {
        "chargingRateUnit": UNITS[told.unit],
        "chargingSchedulePeriod": [
            {
                "startPeriod": period.start_seconds,
                "limit": period.limit_tenths / 10,
                **({"numberPhases": period.phases} if period.phases else {}),
            }
            for period in told.periods
        ],
        **known(
            startSchedule=_time(told.start),
            duration=told.duration_seconds,
            minChargingRate=None if least is None else least / 10,
        ),
    }


def periods(told: list[Payload]) -> tuple[Period, ...]:
    """What a charger says of limits; 2.1 leaves one out where there is none."""
    return tuple(
        Period(each["startPeriod"], tenths(each["limit"]), each.get("numberPhases") or 0)
        for each in told
        if "limit" in each
    )


def tenths(told: float) -> int:
    """A limit, in tenths; one beyond any charger is as good as the largest."""
    return round(max(-LARGEST_LIMIT, min(told, LARGEST_LIMIT)) * 10)


def known(**fields: Any) -> Payload:
    """The fields that are not None."""
    return {name: value for name, value in fields.items() if value is not None}


def _time(time: datetime | None) -> str | None:
    return None if time is None else write_datetime(time)
