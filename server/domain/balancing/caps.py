"""What a charging profile limits at a moment: a cap on what a circuit gives."""

from datetime import datetime, timedelta

from server.domain.charging_profiles import ChargingProfile, Kind, RateUnit, Recurrency

_EVERY = {Recurrency.DAILY: timedelta(days=1), Recurrency.WEEKLY: timedelta(weeks=1)}


def cap_at(
    profile: ChargingProfile, now: datetime, started: datetime
) -> tuple[RateUnit, float] | None:
    """The limit that a profile sets at that moment on a session that so started, in its unit; None
    where it sets none (OCPP 1.6 section 3.13, 2.0.1 block K)."""
    if profile.valid_from and now < profile.valid_from:
        return None
    if profile.valid_until and now >= profile.valid_until:
        return None
    schedule = profile.schedule
    seconds = (now - _begin(profile, now, started)).total_seconds()
    if seconds < 0 or (schedule.duration_seconds and seconds >= schedule.duration_seconds):
        return None
    begun = [each for each in schedule.periods if each.start_seconds <= seconds]
    return (schedule.unit, begun[-1].limit_tenths / 10) if begun else None


def _begin(profile: ChargingProfile, now: datetime, started: datetime) -> datetime:
    start = profile.schedule.start
    if profile.kind is Kind.RELATIVE or start is None:
        return started
    if profile.recurrency is None or now < start:
        return start
    every = _EVERY[profile.recurrency]
    return start + every * ((now - start) // every)
