"""Commands about charging: start, reserve, unlock, in and out of use."""

from typing import Any

from ampline.v1 import charge_point_action_pb2 as pb
from ampline.v1.user_pb2 import GetUserRequest, ListUsersRequest
from portal.auth import api
from portal.choices import one_of
from portal.commands.command import Command, Service, in_words, values_of
from portal.commands.limits import OF_SESSION, UNIT_OF_SESSION, profile_of_session
from portal.commands.places import CONNECTOR, EVSE, ID_TAG, NEEDED, USER, WHOLE
from portal.formats import clock_text
from portal.forms import Field, Form
from portal.kinds import Money, Reference, Text, Whole
from portal.language import _, lazy
from portal.time_kinds import Minutes, Moment
from portal.zones import zoned

ACTIONS = Service("ChargePointActionService", lambda api: api.charge_point_actions)
RESERVATIONS = Service("ReservationService", lambda api: api.reservations)
KILO = 1000


def who(asked: Any, form: Form) -> None:
    """Writes the form; a user may be told by their e-mail address, and amounts are in what the
    user pays in."""
    form.into(asked)
    if "@" in asked.user:
        asked.user = user_with_email(asked.user)
    conditions = getattr(asked, "stop_conditions", None)
    if asked.user and conditions is not None and conditions.HasField("max_amount"):
        user = api().users.GetUser(GetUserRequest(name=asked.user))
        conditions.max_amount.currency_code = user.currency or user.balance.currency_code


def start(asked: Any, form: Form) -> None:
    """Writes the form; limits are a charging profile of the session."""
    who(asked, form)
    profile_of_session(asked)


def user_with_email(email: str) -> str:
    """The user's name; the address itself if nobody has it, so that the API says so."""
    found = api().users.ListUsers(ListUsersRequest(email=email)).users
    return found[0].name if found else email


def reserved(answer: Any) -> str:
    until = _("It is reserved until %(time)s.", time=clock_text(answer.reservation.expire_time))
    return f"{in_words(answer.charger_status)} {until}"


def how_far(answer: Any) -> str:
    told = []
    if answer.HasField("ongoing"):
        told.append(_("The session goes on.") if answer.ongoing else _("The session is over."))
    waits = _("Messages of it wait to be sent.")
    told.append(waits if answer.messages_in_queue else _("The charger has told everything."))
    return " ".join(told)


COMMANDS = {
    "start": Command(
        ACTIONS,
        "StartSession",
        lazy("Start a session"),
        lazy("Start"),
        lazy("The same rules for users, tags and tariffs hold as at the charger."),
        (
            EVSE,
            CONNECTOR,
            USER,
            ID_TAG,
            Field(
                "reservation",
                lazy("Reservation"),
                Text(),
                lazy("It says who charges, and where."),
                placeholder="reservations/…",
            ),
            Field(
                "payment_method",
                lazy("Who pays"),
                one_of("payment_preference", empty=lazy("As the user prefers")),
            ),
            Field(
                "stop_conditions.max_energy_wh", lazy("Stop after"), Whole(factor=KILO), unit="kWh"
            ),
            Field("stop_conditions.max_duration", lazy("Stop after"), Minutes(), unit="min"),
            Field(
                "stop_conditions.max_soc_percent", lazy("Stop at a charge of"), Whole(), unit="%"
            ),
            Field(
                "stop_conditions.max_amount",
                lazy("Stop when it costs"),
                Money(),
                lazy("In what the user pays in."),
            ),
            UNIT_OF_SESSION,
        ),
        (OF_SESSION,),
        fill=start,
    ),
    "reserve": Command(
        RESERVATIONS,
        "ReserveEvse",
        lazy("Reserve for somebody"),
        lazy("Reserve"),
        lazy("Nobody else can charge there until then."),
        (
            EVSE,
            CONNECTOR,
            USER,
            ID_TAG,
            Field(
                "expire_time", zoned("Until (%(zone)s)"), Moment(), lazy("Empty: for 30 minutes.")
            ),
        ),
        told=reserved,
        fill=who,
    ),
    "unlock": Command(
        ACTIONS,
        "UnlockConnector",
        lazy("Unlock a connector"),
        lazy("Unlock"),
        lazy("For a cable that is stuck. A running session ends."),
        (NEEDED, CONNECTOR),
    ),
    "transaction": Command(
        ACTIONS,
        "GetTransactionStatus",
        lazy("Ask how far a session is"),
        lazy("Ask"),
        lazy("Whether it goes on for the charger, and whether the charger has more to tell."),
        (Field("session", lazy("Session"), Reference("sessions"), lazy("Empty: of any.")),),
        told=how_far,
        only_2x=True,
    ),
    "availability": Command(
        ACTIONS,
        "ChangeAvailability",
        lazy("Change availability"),
        lazy("Change"),
        "",
        (
            Field(
                "availability",
                lazy("It may be used"),
                values_of(
                    pb.ChangeAvailabilityRequest.Availability,
                    OPERATIVE=lazy("Yes"),
                    INOPERATIVE=lazy("No"),
                ),
            ),
            WHOLE,
        ),
    ),
}
