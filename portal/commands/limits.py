"""Commands about limits: charging profiles, and what comes of them."""

from dataclasses import replace
from typing import Any

from ampline.v1.charging_profile_pb2 import ChargingProfile
from portal.choices import one_of
from portal.commands.command import Command, Service
from portal.commands.places import WHOLE
from portal.forms import Field, Rows
from portal.kinds import Numbers, Real, Reference, Whole
from portal.language import _, lazy
from portal.profile_words import schedule_words
from portal.time_kinds import Minutes, Moment
from portal.zones import zoned

PROFILES = Service("ChargingProfileActionService", lambda api: api.charging_profile_actions)
NOT_OURS = ("EXTERNAL_CONSTRAINTS",)
PERIODS = Rows(
    "schedule.periods",
    (
        Field("start", lazy("Begins after"), Minutes(), unit="min", required=True, assumed="0"),
        Field("limit", lazy("Limit"), Real(), required=True, assumed="16"),
        Field("phases", lazy("Phases"), Whole(), placeholder="3"),
    ),
    lazy("Limits, in order"),
)
OF_SESSION = replace(
    PERIODS,
    path="charging_profile.schedule.periods",
    title=lazy("A charging profile: limits, in order, from the start on"),
    begins_empty=True,
)
"""The profile that a session begins with; none = it has no limits of its own."""
UNIT_OF_SESSION = Field(
    "charging_profile.schedule.rate_unit",
    lazy("Limits of the charging profile are in"),
    one_of("rate_unit"),
    assumed="AMPERE",
)


def schedule(answer: Any) -> str:
    if not answer.HasField("schedule"):
        return _("The charger told no limits.")
    return schedule_words(answer.schedule)


def profile_of_session(asked: Any) -> None:
    """Limits that a session is to begin with count from its start; without any there is no
    profile."""
    if asked.charging_profile.schedule.periods:
        asked.charging_profile.kind = ChargingProfile.RELATIVE
    else:
        asked.ClearField("charging_profile")


COMMANDS = {
    "set-profile": Command(
        PROFILES,
        "SetChargingProfile",
        lazy("Set a charging profile"),
        lazy("Set it"),
        lazy("One of the same number, or of the same EVSE, purpose and stack level, is replaced."),
        (
            WHOLE,
            Field(
                "purpose",
                lazy("What it limits"),
                one_of("profile_purpose", leave_out=NOT_OURS),
                assumed="TX_DEFAULT",
            ),
            Field("kind", lazy("Its times count from"), one_of("profile_kind"), assumed="RELATIVE"),
            Field(
                "recurrency",
                lazy("It begins again"),
                one_of("profile_recurrency", empty=lazy("Never")),
            ),
            Field(
                "schedule.rate_unit", lazy("Limits are in"), one_of("rate_unit"), assumed="AMPERE"
            ),
            Field(
                "stack_level",
                lazy("Stack level"),
                Whole(),
                lazy("The highest of one purpose counts."),
                assumed="0",
            ),
            Field("profile_id", lazy("Number"), Whole(), lazy("Empty: one that is free.")),
            Field(
                "session",
                lazy("Session"),
                Reference("sessions"),
                lazy("Of a profile for one transaction."),
            ),
            Field(
                "schedule.start_time",
                zoned("Schedule begins (%(zone)s)"),
                Moment(),
                lazy("Empty: with the transaction."),
            ),
            Field(
                "schedule.duration",
                lazy("Schedule lasts"),
                Minutes(),
                lazy("Empty: for ever."),
                unit="min",
            ),
            Field("schedule.min_rate", lazy("Charging is not worth while below"), Real()),
            Field("valid_from", zoned("Counts from (%(zone)s)"), Moment(), lazy("Empty: at once.")),
            Field(
                "valid_until",
                zoned("Counts until (%(zone)s)"),
                Moment(),
                lazy("Empty: until it is removed."),
            ),
        ),
        (PERIODS,),
    ),
    "clear-profile": Command(
        PROFILES,
        "ClearChargingProfile",
        lazy("Remove charging profiles"),
        lazy("Remove"),
        lazy("The one of a number, or all that fit what is given; nothing given: all."),
        (
            Field("profile_id", lazy("Number"), Whole()),
            Field("evse", lazy("Of EVSE"), Whole(), lazy("0: those for the whole charger.")),
            Field(
                "purpose",
                lazy("Of purpose"),
                one_of("profile_purpose", empty=lazy("Any"), leave_out=NOT_OURS),
            ),
            Field("stack_level", lazy("Of stack level"), Whole()),
        ),
    ),
    "read-profiles": Command(
        PROFILES,
        "GetChargingProfiles",
        lazy("Read the charger's profiles"),
        lazy("Read"),
        lazy("It tells them in the next moments. Of all of them, those that it does not have go."),
        (
            Field("profile_ids", lazy("Numbers"), Numbers(), lazy("With commas. Empty: all.")),
            Field("evse", lazy("Of EVSE"), Whole(), lazy("0: those for the whole charger.")),
            Field("purpose", lazy("Of purpose"), one_of("profile_purpose", empty=lazy("Any"))),
            Field("stack_level", lazy("Of stack level"), Whole()),
        ),
        only_2x=True,
    ),
    "composite": Command(
        PROFILES,
        "GetCompositeSchedule",
        lazy("Ask what limits hold"),
        lazy("Ask"),
        lazy("What the charger makes of all its profiles together."),
        (
            WHOLE,
            Field(
                "duration", lazy("For the next"), Minutes(), unit="min", required=True, assumed="60"
            ),
            Field(
                "rate_unit",
                lazy("Limits are in"),
                one_of("rate_unit", empty=lazy("The charger chooses")),
            ),
        ),
        told=schedule,
    ),
}
