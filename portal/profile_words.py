"""Charging profiles in words."""

from ampline.v1.charging_profile_pb2 import ChargingProfile
from portal.formats import duration_words, figure, moment_text
from portal.language import _, ngettext

UNITS = {ChargingProfile.AMPERE: "A", ChargingProfile.WATT: "W"}


def schedule_words(schedule: ChargingProfile.Schedule) -> str:
    """`16 A at once; 8 A after 30 min; begins 22 Nov, 14:05 CET`."""
    told = [period_words(schedule, period) for period in schedule.periods]
    if schedule.HasField("start_time"):
        told.append(_("begins %(time)s", time=moment_text(schedule.start_time)))
    if schedule.HasField("duration"):
        told.append(_("lasts %(span)s", span=duration_words(schedule.duration.seconds)))
    return "; ".join(told)


def period_words(
    schedule: ChargingProfile.Schedule, period: ChargingProfile.Schedule.Period
) -> str:
    digits = 0 if period.limit == int(period.limit) else 1
    limit = f"{figure(period.limit, digits)} {UNITS.get(schedule.rate_unit, '')}".strip()
    if period.phases:
        limit = ngettext(
            "%(limit)s on %(num)s phase", "%(limit)s on %(num)s phases", period.phases, limit=limit
        )
    if not period.start.seconds:
        return _("%(limit)s at once", limit=limit)
    return _("%(limit)s after %(span)s", limit=limit, span=duration_words(period.start.seconds))
