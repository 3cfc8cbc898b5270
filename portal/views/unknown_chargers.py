"""Unknown chargers: those that knocked and that nobody has registered; each is one click away."""

from flask import Blueprint, flash, render_template, url_for
from werkzeug.wrappers import Response

from ampline.v1 import unknown_charge_point_pb2 as pb
from portal.action_form import Action, run_action
from portal.auth import api
from portal.choices import one_of
from portal.forms import Field, Form
from portal.kinds import Reference, Text
from portal.language import _, lazy
from portal.links import page_of
from portal.listing import asked
from portal.resource_form import Page, to_address
from portal.time_kinds import Moment
from portal.views.charge_points import PASSWORD
from portal.zones import zoned

room = Blueprint("unknown_chargers", __name__, url_prefix="/unknown-chargers")

FILTERS = (Field("seen_since", zoned("Knocked since (%(zone)s)"), Moment()),)
FIELDS = (
    Field("display_name", lazy("Name"), Text(), lazy("What drivers and operators call it.")),
    Field(
        "location",
        lazy("Location"),
        Reference("locations"),
        lazy("Empty: a place for those that have none yet; say later where it stands."),
    ),
    Field(
        "tariff_group",
        lazy("Tariff group"),
        Reference("tariff-groups"),
        lazy("Empty: the location's."),
    ),
    Field("kind", lazy("Who may use it"), one_of("charge_point_kind"), assumed="PUBLIC"),
    Field(
        "security_profile",
        lazy("Security profile, at least"),
        one_of("security_profile"),
        assumed="UNSECURED_BASIC_AUTH",
    ),
    PASSWORD,
)


@room.get("")
def index() -> str:
    listing, filters = asked(pb.ListUnknownChargePointsRequest(), FILTERS)
    answer = api().unknown_charge_points.ListUnknownChargePoints(listing)
    return render_template("unknown_chargers/index.html", answer=answer, filters=filters)


@room.route("/<key>/register", methods=["GET", "POST"])
def register(key: str) -> Page:
    """The form has the charger's identity for a name."""
    asked_for = pb.GetUnknownChargePointRequest(name=name_of(key))
    charger = api().unknown_charge_points.GetUnknownChargePoint(asked_for)

    def run(form: Form, request_id: str) -> Response:
        wanted = pb.RegisterUnknownChargePointRequest(name=charger.name, request_id=request_id)
        form.into(wanted.charge_point)
        form.must_be_readable()
        made = api().unknown_charge_points.RegisterUnknownChargePoint(wanted)
        flash(
            _("%(charger)s is let in the next time that it knocks.", charger=charger.identity),
            "good",
        )
        return to_address(page_of(made.name))

    text = _(
        "It connects as %(identity)s, from %(address)s.",
        identity=charger.identity,
        address=charger.remote_address,
    )
    action = Action(
        _("Register this charger"), _("Register"), run, text, FIELDS, noun="charge_point"
    )
    return run_action(action, url_for(".index"), {"display_name": charger.identity})


@room.route("/<key>/forget", methods=["GET", "POST"])
def forget(key: str) -> Page:
    def run(form: Form, request_id: str) -> Response:
        wanted = pb.DeleteUnknownChargePointRequest(name=name_of(key))
        api().unknown_charge_points.DeleteUnknownChargePoint(wanted)
        flash(_("Forgot %(charger)s.", charger=key), "good")
        return to_address(url_for(".index"))

    text = _("It is noted again when it knocks again.")
    return run_action(Action(_("Forget this charger"), _("Forget"), run, text), url_for(".index"))


def name_of(key: str) -> str:
    return f"unknownChargePoints/{key}"
