"""Smart Charging profile, to the charger (section 3.13)."""

from datetime import datetime
from typing import Any

from server.domain import commands
from server.domain.charging_profiles import (
    ChargingProfile,
    Kind,
    Period,
    Purpose,
    RateUnit,
    Recurrency,
    Schedule,
)
from server.domain.commands import CommandAnswer
from server.ocpp.saying import Said, Saying, yes_by
from server.ocpp.schemas import Payload
from server.ocpp.timestamps import moment, write_datetime

_PURPOSES = {
    Purpose.CHARGE_POINT_MAX: "ChargePointMaxProfile",
    Purpose.TX_DEFAULT: "TxDefaultProfile",
    Purpose.TX: "TxProfile",
}
_KINDS = {Kind.ABSOLUTE: "Absolute", Kind.RECURRING: "Recurring", Kind.RELATIVE: "Relative"}
_RECURRENCIES = {Recurrency.DAILY: "Daily", Recurrency.WEEKLY: "Weekly"}
_UNITS = {RateUnit.AMPERE: "A", RateUnit.WATT: "W"}
_RATE_UNITS = {word: unit for unit, word in _UNITS.items()}


def set_charging_profile(command: commands.SetChargingProfile) -> Payload:
    """SetChargingProfile."""
    return {"connectorId": command.profile.evse, "csChargingProfiles": profile(command.profile)}


def profile(told: ChargingProfile) -> Payload:
    """A ChargingProfile (section 7.8)."""
    transaction = told.transaction_id
    return {
        "chargingProfileId": told.number,
        "stackLevel": told.stack_level,
        "chargingProfilePurpose": _PURPOSES[told.purpose],
        "chargingProfileKind": _KINDS[told.kind],
        "chargingSchedule": _schedule(told.schedule),
        **_known(
            transactionId=int(transaction) if transaction else None,
            recurrencyKind=_RECURRENCIES.get(told.recurrency) if told.recurrency else None,
            validFrom=_time(told.valid_from),
            validTo=_time(told.valid_until),
        ),
    }


def _schedule(schedule: Schedule) -> Payload:
    least = schedule.min_rate_tenths
    return {
        "chargingRateUnit": _UNITS[schedule.unit],
        "chargingSchedulePeriod": [
            {
                "startPeriod": period.start_seconds,
                "limit": period.limit_tenths / 10,
                **({"numberPhases": period.phases} if period.phases else {}),
            }
            for period in schedule.periods
        ],
        **_known(
            startSchedule=_time(schedule.start),
            duration=schedule.duration_seconds,
            minChargingRate=None if least is None else least / 10,
        ),
    }


def _known(**fields: Any) -> Payload:
    return {name: value for name, value in fields.items() if value is not None}


def _time(time: datetime | None) -> str | None:
    return None if time is None else write_datetime(time)


def clear_charging_profile(command: commands.ClearChargingProfile) -> Payload:
    """ClearChargingProfile."""
    return _known(
        id=command.number,
        connectorId=command.evse,
        chargingProfilePurpose=_PURPOSES[command.purpose] if command.purpose else None,
        stackLevel=command.stack_level,
    )


def get_composite_schedule(command: commands.GetCompositeSchedule) -> Payload:
    """GetCompositeSchedule."""
    unit = _UNITS[command.unit] if command.unit else None
    seconds = command.duration_seconds
    return {
        "connectorId": command.evse,
        "duration": seconds,
        **_known(chargingRateUnit=unit),
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
        _RATE_UNITS[told["chargingRateUnit"]],
        tuple(
            Period(each["startPeriod"], round(each["limit"] * 10), each.get("numberPhases") or 0)
            for each in told["chargingSchedulePeriod"]
        ),
        moment(start, "startSchedule") if start else None,
        told.get("duration"),
        None if least is None else round(least * 10),
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
