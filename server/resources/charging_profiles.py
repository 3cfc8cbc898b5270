"""Charging profiles."""

from datetime import UTC, datetime

from google.protobuf.timestamp_pb2 import Timestamp

from ampline.v1.charging_profile_pb2 import ChargingProfile
from server.domain import charging_profiles as domain
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


def to_domain(message: ChargingProfile) -> domain.ChargingProfile:
    """A profile as the domain knows it; which transaction it is for is not in the message."""
    return domain.ChargingProfile(
        message.profile_id,
        message.evse,
        message.stack_level,
        domain.Purpose(message.purpose),
        domain.Kind(message.kind),
        _schedule(message.schedule),
        domain.Recurrency(message.recurrency) if message.recurrency else None,
        _moment(message.valid_from) if message.HasField("valid_from") else None,
        _moment(message.valid_until) if message.HasField("valid_until") else None,
    )


def _schedule(message: ChargingProfile.Schedule) -> Schedule:
    return Schedule(
        domain.RateUnit(message.rate_unit),
        tuple(
            domain.Period(period.start.seconds, round(period.limit * 10), period.phases)
            for period in message.periods
        ),
        _moment(message.start_time) if message.HasField("start_time") else None,
        message.duration.seconds if message.HasField("duration") else None,
    )


def _moment(time: Timestamp) -> datetime:
    moment: datetime = time.ToDatetime(UTC)
    return moment
