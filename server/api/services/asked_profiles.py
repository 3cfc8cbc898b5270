"""Charging profiles as requests tell them."""

from ampline.v1 import charging_profile_action_pb2 as pb
from server.api.services.commands import time_told
from server.domain.charging_profiles import (
    ChargingProfile,
    Kind,
    Period,
    Purpose,
    RateUnit,
    Recurrency,
    Schedule,
)


def profile(told: pb.SetChargingProfileRequest) -> ChargingProfile:
    """The profile that is to be installed; its number is 0 where none is told."""
    return _profile(told, told.profile_id, told.evse, Purpose(told.purpose))


def of_session(told: pb.SessionProfile, evse: int) -> ChargingProfile:
    """The profile that a session on that EVSE is to begin with."""
    return _profile(told, 0, evse, Purpose.TX)


def _profile(
    told: pb.SetChargingProfileRequest | pb.SessionProfile, number: int, evse: int, purpose: Purpose
) -> ChargingProfile:
    return ChargingProfile(
        number=number,
        evse=evse,
        stack_level=told.stack_level,
        purpose=purpose,
        kind=Kind(told.kind),
        recurrency=Recurrency(told.recurrency) if told.HasField("recurrency") else None,
        valid_from=time_told(told, "valid_from"),
        valid_until=time_told(told, "valid_until"),
        schedule=_schedule(told.schedule),
    )


def _schedule(told: pb.LimitSchedule) -> Schedule:
    return Schedule(
        unit=RateUnit(told.rate_unit),
        periods=tuple(
            Period(period.start.seconds, round(period.limit * 10), period.phases)
            for period in told.periods
        ),
        start=time_told(told, "start_time"),
        duration_seconds=told.duration.seconds if told.HasField("duration") else None,
        min_rate_tenths=round(told.min_rate * 10) if told.HasField("min_rate") else None,
    )
