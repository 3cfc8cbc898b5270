"""The SmartCharging profile of OCPP 1.6."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from ocpp.v16.enums import (
    ChargingProfileStatus,
    ClearChargingProfileStatus,
    GetCompositeScheduleStatus,
)

from clients.charger import operations
from clients.charger.clock import format_time
from clients.charger.dialect import Handler, Reply
from clients.charger.frames import Payload
from clients.charger.limits import TRANSACTION, Limits, Period, Profile

if TYPE_CHECKING:
    from clients.charger.station import Station


def set_charging_profile(station: "Station", payload: Payload) -> Reply:
    """Keeps to it from now on."""
    place, said = payload["connectorId"], payload["csChargingProfiles"]
    transaction = said.get("transactionId")
    profile = profile_of(place, said, said["chargingSchedule"], said["chargingProfileId"])
    fits = profile.purpose != TRANSACTION or operations.is_running(station, place, transaction)
    taken = fits and operations.take_limit(station, profile)
    status = ChargingProfileStatus.accepted if taken else ChargingProfileStatus.rejected
    return Reply({"status": status})


def profile_of(place: int, said: Payload, schedule: Payload, number: int) -> Profile:
    """A profile as both versions say it."""
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


def clear_charging_profile(station: "Station", payload: Payload) -> Reply:
    """Forgets what fits."""
    wanted = {
        "number": payload.get("id"),
        "place": payload.get("connectorId"),
        "purpose": payload.get("chargingProfilePurpose"),
        "stack_level": payload.get("stackLevel"),
    }
    cleared = clear(station.limits, wanted)
    known = ClearChargingProfileStatus.accepted if cleared else ClearChargingProfileStatus.unknown
    return Reply({"status": known})


def clear(limits: Limits, wanted: Mapping[str, Any]) -> bool:
    """Forgets profiles by what is said of them; None = whatever it is."""
    said = {name: value for name, value in wanted.items() if value is not None}
    return limits.clear(
        lambda each: all(getattr(each, name) == value for name, value in said.items())
    )


def get_composite_schedule(station: "Station", payload: Payload) -> Reply:
    """What the limits come to now."""
    place = station.connectors[payload["connectorId"]]
    limit_a = operations.limit_of(station, place)
    if limit_a is None:
        limit_a = place.outlet.current_a(place.outlet.power_w)
    schedule = {
        "duration": payload["duration"],
        "chargingRateUnit": "A",
        "chargingSchedulePeriod": [{"startPeriod": 0, "limit": round(limit_a, 1)}],
    }
    return Reply(
        {
            "status": GetCompositeScheduleStatus.accepted,
            "connectorId": place.number,
            "scheduleStart": format_time(datetime.now(UTC)),
            "chargingSchedule": schedule,
        }
    )


HANDLERS: Final[Mapping[str, Handler]] = {
    "ClearChargingProfile": clear_charging_profile,
    "GetCompositeSchedule": get_composite_schedule,
    "SetChargingProfile": set_charging_profile,
}
