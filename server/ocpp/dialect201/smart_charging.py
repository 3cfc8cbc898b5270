"""Block K, smart charging."""

from datetime import datetime
from typing import Any

from server.domain import commands
from server.domain.charging_profiles import (
    ChargingProfile,
    GetChargingProfiles,
    ProfilesReported,
    Purpose,
    Schedule,
)
from server.domain.commands import CommandAnswer
from server.domain.facts import ChargingNeedsTold, ExternalLimit
from server.ocpp.duties import Fact
from server.ocpp.saying import Heard, Said, Saying, noted, yes_by
from server.ocpp.schedules import (
    KINDS_READ,
    RATE_UNITS,
    RECURRENCIES_READ,
    UNITS,
    kind_and_validity,
    known,
    periods,
    schedule,
    tenths,
)
from server.ocpp.schemas import Payload
from server.ocpp.stored import stored
from server.ocpp.timestamps import moment

_PURPOSES = {
    Purpose.CHARGE_POINT_MAX: "ChargingStationMaxProfile",
    Purpose.TX_DEFAULT: "TxDefaultProfile",
    Purpose.TX: "TxProfile",
    Purpose.EXTERNAL_CONSTRAINTS: "ChargingStationExternalConstraints",
}
_PURPOSES_READ = {word: purpose for purpose, word in _PURPOSES.items()}
NO_PROFILES = "NoProfiles"
"""What a charger answers that has none of those that it is asked for."""
BEYOND_ANY_CAR = 10**9
"""In Wh, W or A."""
_PHASES = {"AC_single_phase": 1, "AC_two_phase": 2, "AC_three_phase": 3}
"""How many a car uses, by the transfer of energy that it asks for; others do not say."""


def charging_needs(payload: Payload) -> Fact:
    """NotifyEVChargingNeeds (K15)."""
    told = payload["chargingNeeds"]
    ac, dc = told.get("acChargingParameters") or {}, told.get("dcChargingParameters") or {}
    leaves, energy = told.get("departureTime"), ac.get("energyAmount", dc.get("energyAmount"))
    return ChargingNeedsTold(
        payload["evseId"],
        _PHASES.get(told["requestedEnergyTransfer"]),
        _positive(ac.get("evMaxCurrent")),
        _positive(dc.get("evMaxPower") or dc.get("evMaxCurrent", 0) * dc.get("evMaxVoltage", 0)),
        None if energy is None or not 0 <= energy < BEYOND_ANY_CAR else round(energy),
        moment(leaves, "chargingNeeds.departureTime") if leaves else None,
    )


def _positive(number: float | None) -> float | None:
    """A most of nothing is none, and neither is one beyond any car."""
    return float(number) if number and 0 < number < BEYOND_ANY_CAR else None


def planned(goes_by_them: Any, _: int) -> Payload:
    """Its answer: where a circuit is shared, limits will follow; else defaults apply (K15.FR.05,
    K15.FR.06)."""
    return {"status": "Accepted" if goes_by_them else "Rejected"}


def limited(payload: Payload) -> Fact | None:
    """NotifyChargingLimit (K12, K13); without a schedule it only says that there is a limit."""
    told = next(iter(payload.get("chargingSchedule") or []), None)
    limits = periods(told["chargingSchedulePeriod"]) if told else ()
    if not told or not limits:
        return None
    begins = told.get("startSchedule")
    schedule = Schedule(
        RATE_UNITS[told["chargingRateUnit"]],
        limits,
        moment(begins, "chargingSchedule.startSchedule") if begins else None,
        told.get("duration"),
    )
    return ExternalLimit(payload.get("evseId") or 0, schedule)


def profiles_reported(payload: Payload) -> Fact:
    """ReportChargingProfiles (K09): `tbc` says that more is to come. Of a profile whose limits we
    could not show nothing is taken."""
    told = (_profile_told(payload["evseId"], each) for each in payload["chargingProfile"])
    return ProfilesReported(
        payload["requestId"],
        not payload.get("tbc"),
        payload["chargingLimitSource"] == "CSO",
        tuple(each for each in told if each is not None),
    )


def _profile_told(evse: int, told: Payload) -> ChargingProfile | None:
    """ChargingProfileType; what 2.1 has besides (dynamic ones, priority charging) is left out."""
    purpose = _PURPOSES_READ.get(told["chargingProfilePurpose"])
    kind = KINDS_READ.get(told["chargingProfileKind"])
    limits = _schedule_told(told["chargingSchedule"][0])
    if purpose is None or kind is None or not limits.periods:
        return None
    return ChargingProfile(
        told["id"],
        evse,
        told["stackLevel"],
        purpose,
        kind,
        limits,
        RECURRENCIES_READ.get(told.get("recurrencyKind") or ""),
        _moment(told, "validFrom"),
        _moment(told, "validTo"),
        told.get("transactionId") or None,
    )


def _schedule_told(told: Payload) -> Schedule:
    least = told.get("minChargingRate")
    return Schedule(
        RATE_UNITS[told["chargingRateUnit"]],
        periods(told["chargingSchedulePeriod"]),
        _moment(told, "startSchedule"),
        told.get("duration"),
        None if least is None else tenths(least),
    )


def _moment(told: Payload, field: str) -> datetime | None:
    time = told.get(field)
    return moment(time, f"chargingProfile.{field}") if time else None


def limited_no_more(payload: Payload) -> Fact:
    """ClearedChargingLimit (K13, K14)."""
    return ExternalLimit(payload.get("evseId") or 0, None)


def agreed(_: object, __: int) -> Payload:
    """The answer to NotifyEVChargingSchedule: it is within its limits, so it is fine (K17)."""
    return {"status": "Accepted"}


def no_update(_: object, __: int) -> Payload:
    """The answer to PullDynamicScheduleUpdate: no profile of ours is a dynamic one."""
    return {"status": "Rejected"}


HEARD: Heard = {
    "ClearedChargingLimit": (limited_no_more, noted),
    "NotifyChargingLimit": (limited, noted),
    "NotifyEVChargingNeeds": (charging_needs, planned),
    "NotifyEVChargingSchedule": (stored, agreed),
    "NotifyPriorityCharging": (stored, noted),
    "PullDynamicScheduleUpdate": (stored, no_update),
    "ReportChargingProfiles": (profiles_reported, noted),
}


def set_charging_profile(command: commands.SetChargingProfile) -> Payload:
    """SetChargingProfile (K01)."""
    return {"evseId": command.profile.evse, "chargingProfile": profile(command.profile)}


def profile(told: ChargingProfile) -> Payload:
    """ChargingProfileType; its one schedule has the profile's number."""
    return {
        "id": told.number,
        "chargingProfilePurpose": _PURPOSES[told.purpose],
        "chargingSchedule": [{"id": told.number, **schedule(told.schedule)}],
        **kind_and_validity(told),
        **known(transactionId=told.transaction_id or None),
    }


def clear_charging_profile(command: commands.ClearChargingProfile) -> Payload:
    """ClearChargingProfile (K10)."""
    criteria = known(
        evseId=command.evse,
        chargingProfilePurpose=_PURPOSES[command.purpose] if command.purpose else None,
        stackLevel=command.stack_level,
    )
    return known(chargingProfileId=command.number, chargingProfileCriteria=criteria or None)


def get_charging_profiles(command: GetChargingProfiles) -> Payload:
    """GetChargingProfiles (K09)."""
    criteria = known(
        chargingProfilePurpose=_PURPOSES[command.purpose] if command.purpose else None,
        stackLevel=command.stack_level,
        chargingProfileId=list(command.profiles) or None,
    )
    return {
        "requestId": command.number,
        "chargingProfile": criteria,
        **known(evseId=command.evse),
    }


def get_composite_schedule(command: commands.GetCompositeSchedule) -> Payload:
    """GetCompositeSchedule (K08)."""
    return {
        "evseId": command.evse,
        "duration": command.duration_seconds,
        **known(chargingRateUnit=UNITS[command.unit] if command.unit else None),
    }


def composite_schedule(payload: Payload) -> CommandAnswer:
    """Its answer."""
    told, status = payload.get("schedule"), payload["status"]
    heard = None
    if told:
        heard = Schedule(
            RATE_UNITS[told["chargingRateUnit"]],
            periods(told["chargingSchedulePeriod"]),
            moment(told["scheduleStart"], "scheduleStart"),
            told["duration"],
        )
    return CommandAnswer(status, status == "Accepted", schedule=heard)


SAID: Said = {
    commands.SetChargingProfile: Saying(
        "SetChargingProfile", set_charging_profile, yes_by("Accepted")
    ),
    commands.ClearChargingProfile: Saying(
        "ClearChargingProfile", clear_charging_profile, yes_by("Accepted")
    ),
    GetChargingProfiles: Saying(
        "GetChargingProfiles", get_charging_profiles, yes_by("Accepted", NO_PROFILES)
    ),
    commands.GetCompositeSchedule: Saying(
        "GetCompositeSchedule", get_composite_schedule, composite_schedule
    ),
}
