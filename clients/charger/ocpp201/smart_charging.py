"""Block K of OCPP 2.0.1: an EVSE of this station has one connector, so its number is the place."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final

from ocpp.v201.enums import (
    ChargingProfileStatusEnumType,
    ClearChargingProfileStatusEnumType,
    GenericStatusEnumType,
)

from clients.charger import operations
from clients.charger.clock import format_time
from clients.charger.dialect import Charger, Handler
from clients.charger.exchange import Reply
from clients.charger.frames import Payload
from clients.charger.limits import TRANSACTION
from clients.charger.profiles import clear, composite, profile_of


def set_charging_profile(station: Charger, payload: Payload) -> Reply:
    """Keeps to its first schedule from now on."""
    place, said = payload["evseId"], payload["chargingProfile"]
    profile = profile_of(place, said, said["chargingSchedule"][0], said["id"])
    fits = profile.purpose != TRANSACTION or operations.is_running(
        station, place, said.get("transactionId")
    )
    taken = fits and operations.take_limit(station, profile)
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


def get_composite_schedule(station: Charger, payload: Payload) -> Reply:
    """What the limits come to now."""
    place = station.connectors[payload["evseId"]]
    limit_a = operations.limit_of(station, place)
    schedule = {
        "evseId": place.number,
        "scheduleStart": format_time(datetime.now(UTC)),
        **composite(place, limit_a, payload["duration"]),
    }
    return Reply({"status": GenericStatusEnumType.accepted, "schedule": schedule})


HANDLERS: Final[Mapping[str, Handler]] = {
    "ClearChargingProfile": clear_charging_profile,
    "GetCompositeSchedule": get_composite_schedule,
    "SetChargingProfile": set_charging_profile,
}
