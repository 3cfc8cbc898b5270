"""Charging profiles as both versions say them, and what a station has of them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from clients.charger.connector import Connector
from clients.charger.frames import Payload
from clients.charger.limits import Limits, Period, Profile


def profile_of(place: int, said: Payload, schedule: Payload, number: int) -> Profile:
    """A profile, with one schedule of its."""
    periods = schedule["chargingSchedulePeriod"]
    return Profile(
        number,
        place,
        said["stackLevel"],
        said["chargingProfilePurpose"],
        said["chargingProfileKind"],
        schedule["chargingRateUnit"],
        tuple(Period(each["startPeriod"], each["limit"]) for each in periods),
        moment(schedule.get("startSchedule")),
        schedule.get("duration"),
        said.get("recurrencyKind"),
        moment(said.get("validFrom")),
        moment(said.get("validTo")),
        said.get("transactionId"),
    )


def moment(text: str | None) -> datetime | None:
    """A time of a payload."""
    return None if text is None else datetime.fromisoformat(text)


def clear(limits: Limits, wanted: Mapping[str, Any]) -> bool:
    """Forgets profiles by what is said of them; None = whatever it is."""
    return limits.clear(lambda each: fits(each, wanted))


def fits(profile: Profile, wanted: Mapping[str, Any]) -> bool:
    """Whether that is what is said of it; None = whatever it is."""
    said = {name: value for name, value in wanted.items() if value is not None}
    return all(getattr(profile, name) == value for name, value in said.items())


def composite(place: Connector, limit_a: float | None, duration: int) -> Payload:
    """The one period of what the limits come to now; without any, what the outlet has."""
    if limit_a is None:
        limit_a = place.outlet.current_a(place.outlet.power_w)
    return {
        "duration": duration,
        "chargingRateUnit": "A",
        "chargingSchedulePeriod": [{"startPeriod": 0, "limit": round(limit_a, 1)}],
    }
