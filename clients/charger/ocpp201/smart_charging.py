"""Block K of OCPP 2.0.1: an EVSE of this station has one connector, so its number is the place."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final

from ocpp.v201.enums import (
    ChargingLimitSourceEnumType,
    ChargingProfileStatusEnumType,
    ClearChargingProfileStatusEnumType,
    GenericStatusEnumType,
    GetChargingProfileStatusEnumType,
)

from clients.charger import operations
from clients.charger.clock import format_time
from clients.charger.dialect import Charger, Handler
from clients.charger.exchange import Reply
from clients.charger.frames import Payload
from clients.charger.limits import TRANSACTION, Profile
from clients.charger.places import at
from clients.charger.profiles import clear, composite, fits, profile_of


def set_charging_profile(station: Charger, payload: Payload) -> Reply:
    """Keeps to its first schedule from now on."""
    place, said = payload["evseId"], payload["chargingProfile"]
    profile = profile_of(place, said, said["chargingSchedule"][0], said["id"])
    runs = profile.purpose != TRANSACTION or operations.is_running(
        station, place, said.get("transactionId")
    )
    taken = runs and operations.take_limit(station, profile)
    status = ChargingProfileStatusEnumType
    return Reply({"status": status.accepted if taken else status.rejected})


def clear_charging_profile(station: Charger, payload: Payload) -> Reply:
    """Forgets what fits."""
    said = payload.get("chargingProfileCriteria", {})
    wanted = {
        "number": payload.get("chargingProfileId"),
        "place": said.get("evseId"),
        "purpose": said.get("chargingProfilePurpose"),
        "stack_level": said.get("stackLevel"),
    }
    status = ClearChargingProfileStatusEnumType
    cleared = clear(station.limits, wanted)
    return Reply({"status": status.accepted if cleared else status.unknown})


def get_charging_profiles(station: Charger, payload: Payload) -> Reply:
    """Reports those that are wanted, after the answer has left: of each place by itself."""
    said = payload["chargingProfile"]
    numbers = said.get("chargingProfileId")
    wanted = {
        "place": payload.get("evseId"),
        "purpose": said.get("chargingProfilePurpose"),
        "stack_level": said.get("stackLevel"),
    }
    found = [
        each
        for each in station.limits.profiles
        if (numbers is None or each.number in numbers) and fits(each, wanted)
    ]
    status = GetChargingProfileStatusEnumType
    if not found:
        return Reply({"status": status.no_profiles})
    return Reply({"status": status.accepted}, report(station, payload["requestId"], found))


async def report(station: Charger, number: int, found: list[Profile]) -> None:
    """ReportChargingProfiles, as often as there are places."""
    places = sorted({each.place for each in found})
    for place in places:
        part = {
            "requestId": number,
            "chargingLimitSource": ChargingLimitSourceEnumType.cso,
            "evseId": place,
            "chargingProfile": [written(each) for each in found if each.place == place],
            "tbc": place != places[-1],
        }
        await station.call("ReportChargingProfiles", part)


def written(profile: Profile) -> Payload:
    """ChargingProfileType."""
    times = {"validFrom": profile.valid_from, "validTo": profile.valid_to}
    schedule: Payload = {
        "id": profile.number,
        "chargingRateUnit": profile.unit,
        "chargingSchedulePeriod": [
            {"startPeriod": each.start, "limit": each.limit} for each in profile.periods
        ],
    }
    if profile.start is not None:
        schedule["startSchedule"] = format_time(profile.start)
    if profile.duration is not None:
        schedule["duration"] = profile.duration
    told: Payload = {
        "id": profile.number,
        "stackLevel": profile.stack_level,
        "chargingProfilePurpose": profile.purpose,
        "chargingProfileKind": profile.kind,
        "chargingSchedule": [schedule],
        **{name: format_time(time) for name, time in times.items() if time is not None},
    }
    if profile.recurrency is not None:
        told["recurrencyKind"] = profile.recurrency
    if profile.transaction_id is not None:
        told["transactionId"] = profile.transaction_id
    return told


def get_composite_schedule(station: Charger, payload: Payload) -> Reply:
    """What the limits come to now."""
    place = at(station, payload["evseId"])
    if place is None:
        return Reply({"status": GenericStatusEnumType.rejected})
    limit_a = operations.limit_of(station, place)
    schedule = {
        "evseId": place.number,
        "scheduleStart": format_time(datetime.now(UTC)),
        **composite(place, limit_a, payload["duration"]),
    }
    return Reply({"status": GenericStatusEnumType.accepted, "schedule": schedule})


HANDLERS: Final[Mapping[str, Handler]] = {
    "ClearChargingProfile": clear_charging_profile,
    "GetChargingProfiles": get_charging_profiles,
    "GetCompositeSchedule": get_composite_schedule,
    "SetChargingProfile": set_charging_profile,
}
