"""The SmartCharging profile of OCPP 1.6."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final

from ocpp.v16.enums import (
    ChargingProfileStatus,
    ClearChargingProfileStatus,
    GetCompositeScheduleStatus,
)

from clients.charger import operations
from clients.charger.clock import format_time
from clients.charger.dialect import Charger, Handler
from clients.charger.exchange import Reply
from clients.charger.frames import Payload
from clients.charger.limits import TRANSACTION
from clients.charger.places import at
from clients.charger.profiles import clear, composite, profile_of


def set_charging_profile(station: Charger, payload: Payload) -> Reply:
    """Keeps to it from now on."""
    place, said = payload["connectorId"], payload["csChargingProfiles"]
    transaction = said.get("transactionId")
    profile = profile_of(place, said, said["chargingSchedule"], said["chargingProfileId"])
    fits = profile.purpose != TRANSACTION or operations.is_running(station, place, transaction)
    taken = fits and operations.take_limit(station, profile)
    status = ChargingProfileStatus.accepted if taken else ChargingProfileStatus.rejected
    return Reply({"status": status})


def clear_charging_profile(station: Charger, payload: Payload) -> Reply:
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


def get_composite_schedule(station: Charger, payload: Payload) -> Reply:
    """What the limits come to now."""
    place = at(station, payload["connectorId"])
    if place is None:
        return Reply({"status": GetCompositeScheduleStatus.rejected})
    limit_a = operations.limit_of(station, place)
    return Reply(
        {
            "status": GetCompositeScheduleStatus.accepted,
            "connectorId": place.number,
            "scheduleStart": format_time(datetime.now(UTC)),
            "chargingSchedule": composite(place, limit_a, payload["duration"]),
        }
    )


HANDLERS: Final[Mapping[str, Handler]] = {
    "ClearChargingProfile": clear_charging_profile,
    "GetCompositeSchedule": get_composite_schedule,
    "SetChargingProfile": set_charging_profile,
}
