"""Reservations: the list, the page of each, and how a place is held and given up."""

from datetime import UTC, datetime

from flask import Blueprint, render_template, request, url_for

from ampline.v1.reservation_pb2 import (
    CancelReservationRequest,
    GetReservationRequest,
    ListReservationsRequest,
    ReserveEvseRequest,
)
from portal.action_form import Action, run_action
from portal.auth import api
from portal.choices import one_of
from portal.formats import moment_text
from portal.forms import Field, Form
from portal.kinds import Reference, Text, Whole
from portal.language import _, lazy, pgettext
from portal.listing import asked, choice
from portal.lookups import charge_point, location_zone
from portal.resource_form import Page
from portal.time_kinds import Minutes, Moment
from portal.zones import zoned

room = Blueprint("reservations", __name__, url_prefix="/reservations")

FILTERS = (
    choice("state", lazy("State"), one_of("reservation_state", empty=lazy("Any"))),
    Field("location", lazy("Location"), Reference("locations"), placeholder=lazy("Any")),
    Field(
        "charge_point", lazy("Charge point"), Reference("charge-points"), placeholder=lazy("Any")
    ),
    Field("user", lazy("User"), Reference("users"), placeholder=lazy("Any")),
    Field("created_since", zoned("Made from (%(zone)s)"), Moment()),
    Field("created_before", zoned("Made before (%(zone)s)"), Moment()),
)
HOW_LONG = Field("how_long", lazy("For how long"), Minutes(), unit="min", assumed="30")
PLACE = (
    Field("charge_point", lazy("Charge point"), Reference("charge-points"), required=True),
    Field("evse", lazy("EVSE"), Whole(), lazy("Empty: any of it."), placeholder="1"),
    Field("user", lazy("For whom"), Reference("users"), lazy("Or give a tag.")),
    Field(
        "id_tag", lazy("With which tag"), Reference("id-tags"), lazy("Empty: the user's first one.")
    ),
    HOW_LONG,
)
REASON = Field("reason", lazy("Reason"), Text(), lazy("For whoever looks at it later."))


@room.get("")
def index() -> str:
    listing, filters = asked(ListReservationsRequest(), FILTERS)
    answer = api().reservations.ListReservations(listing)
    return render_template(
        "reservations/index.html", answer=answer, items=answer.reservations, filters=filters
    )


@room.get("/<key>")
def page(key: str) -> str:
    wanted = GetReservationRequest(name=f"reservations/{key}")
    return render_template(
        "reservations/page.html", reservation=api().reservations.GetReservation(wanted)
    )


@room.route("/new", methods=["GET", "POST"])
def new() -> Page:
    """Has a charger hold a place; the address may say which, and for whom."""

    def run(form: Form, request_id: str) -> str:
        wanted = ReserveEvseRequest(request_id=request_id)
        form.into(wanted, [field.path for field in PLACE if field is not HOW_LONG])
        wanted.expire_time.FromSeconds(until(form))
        form.must_be_readable()
        held = api().reservations.ReserveEvse(wanted).reservation
        zone = location_zone(charge_point(held.charge_point).location)
        time = moment_text(held.expire_time, zone)
        return _("The charger accepted. It is held until %(time)s.", time=time)

    text = _("The charger is asked to keep the place free. Whoever it is for starts as usual.")
    action = Action(_("Reserve a place"), pgettext("action", "Reserve"), run, text, PLACE)
    came_from = request.args.get("charge_point", "").partition("/")[2]
    back = url_for("charge_points.page", key=came_from) if came_from else url_for(".index")
    return run_action(action, back, request.args.to_dict())


def until(form: Form) -> int:
    """When the time that was typed ends, in seconds since 1970; notes what is no time."""
    typed = form.texts.get(HOW_LONG.path) or HOW_LONG.assumed
    try:
        length = HOW_LONG.kind.read(typed).seconds
    except ValueError as fault:
        form.errors[HOW_LONG.path] = str(fault)
        length = 0
    return int(datetime.now(UTC).timestamp()) + int(length)


@room.route("/<key>/cancel", methods=["GET", "POST"])
def cancel(key: str) -> Page:
    def run(form: Form, request_id: str) -> str:
        wanted = CancelReservationRequest(name=f"reservations/{key}", request_id=request_id)
        form.into(wanted)
        status = api().reservations.CancelReservation(wanted).charger_status
        if not status:
            return _("It is given up.")
        return _("It is given up. The charger's own word: %(status)s.", status=status)

    text = _("The charger is told that the place is free again.")
    action = Action(_("Give the place up?"), _("Give it up"), run, text, (REASON,), danger=True)
    return run_action(action, url_for(".page", key=key))
