"""Circuits: the list, the page of each with what flows in it and who has what, and its forms."""

from flask import Blueprint, render_template, url_for

from ampline.v1.charge_point_pb2 import ListChargePointsRequest
from ampline.v1.circuit_balancing_pb2 import (
    BoostSessionRequest,
    InspectCircuitRequest,
    SummarizeCircuitRequest,
)
from ampline.v1.circuit_pb2 import (
    AttachChargePointRequest,
    Circuit,
    DetachChargePointRequest,
    GetCircuitRequest,
    ListCircuitsRequest,
)
from portal.action_form import Action, run_action
from portal.auth import api
from portal.choices import one_of
from portal.circuit_fields import FIELDS, ID, PRIORITIES, SCHEDULE
from portal.circuit_flow import bars, lines
from portal.forms import Field, Form
from portal.kinds import Real, Reference
from portal.language import _, lazy
from portal.listing import PAGE_SIZE, asked, choice, search
from portal.resource_form import Editor, Page
from portal.time_kinds import Minutes

room = Blueprint("circuits", __name__, url_prefix="/circuits")

CHART_POINTS = 200
FILTERS = (
    search(placeholder=lazy("Name")),
    choice("state", lazy("State"), one_of("circuit_state", empty=lazy("Any"))),
)
Editor(
    room=room,
    collection="circuits",
    resource=Circuit,
    service=lambda api: api.circuits,
    fields=FIELDS,
    rows=(SCHEDULE, PRIORITIES),
    id_field=ID,
    deletes=lazy("One that has members, or feeds others, cannot be deleted."),
).add_pages()


@room.get("")
def index() -> str:
    listing, filters = asked(ListCircuitsRequest(order_by="display_name"), FILTERS)
    return render_template(
        "circuits/index.html", answer=api().circuits.ListCircuits(listing), filters=filters
    )


@room.get("/<key>")
def page(key: str) -> str:
    name = f"circuits/{key}"
    members = ListChargePointsRequest(circuit=name, page_size=PAGE_SIZE, order_by="display_name")
    below = ListCircuitsRequest(parent_circuit=name, page_size=PAGE_SIZE)
    state = api().circuit_balancing.InspectCircuit(InspectCircuitRequest(name=name))
    wanted = SummarizeCircuitRequest(name=name, max_points=CHART_POINTS)
    points = api().circuit_balancing.SummarizeCircuit(wanted).points
    return render_template(
        "circuits/page.html",
        circuit=api().circuits.GetCircuit(GetCircuitRequest(name=name)),
        state=state,
        bars=bars(state.consumption),
        members=api().charge_points.ListChargePoints(members).charge_points,
        below=api().circuits.ListCircuits(below).circuits,
        lines=lines([*points]),
        points=points,
    )


@room.route("/<key>/attach", methods=["GET", "POST"])
def attach(key: str) -> Page:
    def run(form: Form, request_id: str) -> str:
        wanted = AttachChargePointRequest(name=f"circuits/{key}", request_id=request_id)
        form.into(wanted)
        form.must_be_readable()
        made = api().circuits.AttachChargePoint(wanted)
        return _(
            "%(charger)s is a member now. Its charger is told its limits.",
            charger=made.display_name or made.name,
        )

    fields = (
        Field("charge_point", _("Charge point"), Reference("charge-points"), required=True),
        Field(
            "membership.fallback_current_a",
            _("Fallback"),
            Real(),
            _("What it keeps to when it hears nothing from us; always reserved. Empty: nothing."),
            unit="A",
        ),
        Field(
            "membership.max_current_a",
            _("Most that it draws"),
            Real(),
            _("On each phase."),
            unit="A",
        ),
    )
    action = Action(
        _("Add a charge point"), _("Add"), run, _("It leaves any circuit it is in."), fields
    )
    return run_action(action, url_for(".page", key=key))


@room.route("/<key>/detach/<charge_point>", methods=["GET", "POST"])
def detach(key: str, charge_point: str) -> Page:
    def run(form: Form, request_id: str) -> str:
        wanted = DetachChargePointRequest(
            name=f"circuits/{key}",
            charge_point=f"chargePoints/{charge_point}",
            request_id=request_id,
        )
        api().circuits.DetachChargePoint(wanted)
        return _("It is no member any more. Its charger is told that our limits are gone.")

    text = _("It may then draw all that it can.")
    action = Action(
        _("Take %(charger)s out?", charger=charge_point), _("Take out"), run, text, danger=True
    )
    return run_action(action, url_for(".page", key=key))


@room.route("/<key>/boost/<session>", methods=["GET", "POST"])
def boost(key: str, session: str) -> Page:
    def run(form: Form, request_id: str) -> str:
        wanted = BoostSessionRequest(
            name=f"circuits/{key}", session=f"sessions/{session}", request_id=request_id
        )
        form.into(wanted)
        form.must_be_readable()
        boosted = api().circuit_balancing.BoostSession(wanted)
        if not boosted.HasField("boost_until"):
            return _("It is like the others again.")
        return _("It goes before all others now.")

    minutes = Field("duration", _("For"), Minutes(), _("0 ends it."), True, "min", assumed="60")
    text = _("It goes before all others, and shares tenfold.")
    action = Action(_("Boost this session?"), _("Boost"), run, text, (minutes,))
    return run_action(action, url_for(".page", key=key))
