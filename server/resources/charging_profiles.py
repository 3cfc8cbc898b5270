"""Charging profiles."""

from ampline.v1.charging_profile_pb2 import ChargingProfile
from server.domain.charging_profiles import Schedule
from server.resources.mapping import Mapping
from server.store import models

MAPPING = Mapping(ChargingProfile, models.ChargingProfile)


def profile_name(charge_point: str, profile_id: int) -> str:
    """The resource name of a charge point's charging profile."""
    return f"{charge_point}/chargingProfiles/{profile_id}"


def schedule_message(schedule: Schedule) -> ChargingProfile.Schedule:
    """A schedule as a message."""
    message = ChargingProfile.Schedule(rate_unit=int(schedule.unit))  # type: ignore[arg-type] # the same numbers
    if schedule.start is not None:
        message.start_time.FromDatetime(schedule.start)
    if schedule.duration_seconds is not None:
        message.duration.FromSeconds(schedule.duration_seconds)
    if schedule.min_rate_tenths is not None:
        message.min_rate = schedule.min_rate_tenths / 10
    for period in schedule.periods:
        added = message.periods.add(limit=period.limit_tenths / 10, phases=period.phases)
        added.start.FromSeconds(period.start_seconds)
    return message
