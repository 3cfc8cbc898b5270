"""Smart Charging profile, to the charger (section 3.13)."""

from server.domain import commands
from server.domain.charging_profiles import ChargingProfile, Purpose, Schedule
from server.domain.commands import CommandAnswer
from server.ocpp.saying import Said, Saying, yes_by
from server.ocpp.schedules import (
    RATE_UNITS,
    UNITS,
    kind_and_validity,
    known,
    periods,
    schedule,
    tenths,
)
from server.ocpp.schemas import Payload
from server.ocpp.timestamps import moment

_PURPOSES = {
    Purpose.CHARGE_POINT_MAX: "ChargePointMaxProfile",
    Purpose.TX_DEFAULT: "TxDefaultProfile",
    Purpose.TX: "TxProfile",
}


def set_charging_profile(command: commands.SetChargingProfile) -> Payload:
    """SetChargingProfile."""
    return {"connectorId": command.profile.evse, "csChargingProfiles": profile(command.profile)}


def profile(told: ChargingProfile) -> Payload:
    """A ChargingProfile (section 7.8)."""
    transaction = told.transaction_id
    return {
        "chargingProfileId": told.number,
        "chargingProfilePurpose": _PURPOSES[told.purpose],
        "chargingSchedule": schedule(told.schedule),
        **kind_and_validity(told),
        **known(transactionId=int(transaction) if transaction else None),
    }


def clear_charging_profile(command: commands.ClearChargingProfile) -> Payload:
    """ClearChargingProfile."""
    return known(
        id=command.number,
        connectorId=command.evse,
        chargingProfilePurpose=_PURPOSES[command.purpose] if command.purpose else None,
        stackLevel=command.stack_level,
    )


def get_composite_schedule(command: commands.GetCompositeSchedule) -> Payload:
    """GetCompositeSchedule."""
    unit = UNITS[command.unit] if command.unit else None
    seconds = command.duration_seconds
    return {
        "connectorId": command.evse,
        "duration": seconds,
        **known(chargingRateUnit=unit),
    }


def composite_schedule(payload: Payload) -> CommandAnswer:
    """Its answer; the schedule begins at scheduleStart where it does not say itself."""
    told = payload.get("chargingSchedule")
    start = payload.get("scheduleStart")
    status = payload["status"]
    return CommandAnswer(
        status,
        status == "Accepted",
        schedule=_heard({"startSchedule": start, **told} if start else told) if told else None,
    )


def _heard(told: Payload) -> Schedule:
    start, least = told.get("startSchedule"), told.get("minChargingRate")
    return Schedule(
        RATE_UNITS[told["chargingRateUnit"]],
        periods(told["chargingSchedulePeriod"]),
        moment(start, "startSchedule") if start else None,
        told.get("duration"),
        None if least is None else tenths(least),
    )


SAID: Said = {
    commands.SetChargingProfile: Saying(
        "SetChargingProfile", set_charging_profile, yes_by("Accepted")
    ),
    commands.ClearChargingProfile: Saying(
        "ClearChargingProfile", clear_charging_profile, yes_by("Accepted")
    ),
    commands.GetCompositeSchedule: Saying(
        "GetCompositeSchedule", get_composite_schedule, composite_schedule
    ),
}
