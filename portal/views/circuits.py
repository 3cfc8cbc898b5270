"""Circuits: the list, the page of each with what flows in it and who has what, and its forms."""

from dataclasses import dataclass

from flask import Blueprint, render_template, url_for
from google.type.dayofweek_pb2 import DayOfWeek

from ampline.v1.charge_point_pb2 import ListChargePointsRequest
from ampline.v1.circuit_balancing_pb2 import (
    BoostSessionRequest,
    CircuitConsumption,
    InspectCircuitRequest,
    PhaseCurrents,
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
from portal.forms import Field, Form, Rows
from portal.kinds import Real, Reference, Several, Text, Whole
from portal.language import _, lazy
from portal.listing import PAGE_SIZE, asked, choice, search
from portal.resource_form import Editor, Page
from portal.time_kinds import ClockTime, days

room = Blueprint("circuits", __name__, url_prefix="/circuits")

PHASES = ("l1_a", "l2_a", "l3_a")
CHART_POINTS = 200
CHART = (1000, 220)
"""Width and height of the chart's drawing."""
FILTERS = (
    search(placeholder=lazy("Name")),
    choice("state", lazy("State"), one_of("circuit_state", empty=lazy("Any"))),
)
ID = Field(
    "circuit_id", lazy("Id"), Text(), lazy("Empty: one is made. It cannot be changed later.")
)
FIELDS = (
    Field(
        "display_name", lazy("Name"), Text(), required=True, placeholder=lazy("Garage, left row")
    ),
    Field("max_current_a", lazy("Limit"), Real(), lazy("On each phase."), required=True, unit="A"),
    Field("phases", lazy("Wiring"), one_of("circuit_phases"), assumed="THREE"),
    Field(
        "parent_circuit", lazy("Fed by"), Reference("circuits"), lazy("Empty: the grid feeds it.")
    ),
    Field(
        "connected_phase",
        lazy("Phase of that circuit"),
        Whole(),
        lazy("1, 2 or 3: of a single phase."),
    ),
    Field(
        "location",
        lazy("Location"),
        Reference("locations"),
        lazy("Its clock is that of the schedule."),
    ),
    Field("voltage_v", lazy("Voltage"), Whole(), unit="V", placeholder="230"),
    Field("min_current_a", lazy("Least for a car"), Real(), unit="A", placeholder="6"),
    Field(
        "offline_reserved_current_a",
        lazy("Reserve"),
        Real(),
        lazy("Kept free for other loads while no meter tells of them."),
        unit="A",
    ),
    Field(
        "when_full", lazy("When there is nothing left"), one_of("circuit_when_full"), assumed="WAIT"
    ),
    Field("state", lazy("State"), one_of("circuit_state"), assumed="ENABLED"),
    Field("external_id", lazy("Your own id"), Text()),
)
PRIORITIES = Rows(
    "priorities",
    (
        Field("charge_point", lazy("Of a charge point"), Reference("charge-points")),
        Field(
            "evse",
            lazy("or of an EVSE"),
            Text(),
            placeholder="chargePoints/NL-AMP-0042/evses/1",
        ),
        Field(
            "user_group",
            lazy("or of a group of drivers"),
            Text(),
            placeholder="userGroups/taxis",
        ),
        Field(
            "soc_band.min_percent",
            lazy("or of cars from this state of charge on"),
            Whole(),
            unit="%",
        ),
        Field("soc_band.max_percent", lazy("and below this one"), Whole(), unit="%"),
        Field(
            "priority", lazy("Priority"), Whole(), lazy("The higher comes first."), placeholder="0"
        ),
        Field(
            "weight",
            lazy("Weight"),
            Real(),
            lazy("Shares are in proportion to it."),
            placeholder="1",
        ),
    ),
)
SCHEDULE = Rows(
    "schedule",
    (
        Field("max_current_a", lazy("Limit"), Real(), unit="A", required=True),
        Field("start_time", lazy("From (time of day)"), ClockTime(), assumed="17:00"),
        Field("end_time", lazy("To (time of day)"), ClockTime(), assumed="21:00"),
        Field(
            "days",
            lazy("On"),
            Several(days, DayOfWeek.Value, DayOfWeek.Name),
            lazy("None: every day."),
            wide=True,
        ),
    ),
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


@dataclass(frozen=True)
class Bar:
    """One phase, in thousandths of its limit."""

    phase: int
    limit_a: float
    unmanaged: float
    drawn: float
    promised: float
    """What cars may take more than they draw."""
    free_a: float


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
        minutes = form.texts.get("minutes", "")
        wanted.duration.FromSeconds(60 * int(minutes) if minutes.isdecimal() else 3600)
        boosted = api().circuit_balancing.BoostSession(wanted)
        if not boosted.HasField("boost_until"):
            return _("It is like the others again.")
        return _("It goes before all others now.")

    minutes = Field("minutes", _("For"), Whole(), _("0 ends it."), unit="min", placeholder="60")
    text = _("It goes before all others, and shares tenfold.")
    action = Action(_("Boost this session?"), _("Boost"), run, text, (minutes,))
    return run_action(action, url_for(".page", key=key))


def bars(told: CircuitConsumption) -> list[Bar]:
    """What flows on each phase that the circuit has."""
    found = []
    for number, phase in enumerate(PHASES, 1):
        limit, unmanaged, drawn, allowed = (
            getattr(part, phase) for part in (told.limit, told.unmanaged, told.drawn, told.allowed)
        )
        if limit <= 0:
            continue
        promised = max(0.0, allowed - drawn)
        free = max(0.0, limit - unmanaged - max(allowed, drawn))
        scale = 1000 / limit
        found.append(Bar(number, limit, scale * unmanaged, scale * drawn, scale * promised, free))
    return found


def lines(points: list[CircuitConsumption]) -> dict[str, str]:
    """The chart's lines, each the points of an SVG polyline: the limit, and the fullest phase."""
    if len(points) < 2:
        return {}
    width, height = CHART
    begin = points[0].time.seconds
    seconds = max(1, points[-1].time.seconds - begin)
    highest = 1.1 * max(max(_most(each.limit), _flow(each)) for each in points) or 1.0

    def line(values: list[float]) -> str:
        places = (
            (width * (point.time.seconds - begin) / seconds, height * (1 - value / highest))
            for point, value in zip(points, values, strict=True)
        )
        return " ".join(f"{across:.1f},{down:.1f}" for across, down in places)

    return {
        "limit": line([_most(each.limit) for each in points]),
        "flow": line([_flow(each) for each in points]),
        "unmanaged": line([_most(each.unmanaged) for each in points]),
    }


def _most(currents: PhaseCurrents) -> float:
    return max(currents.l1_a, currents.l2_a, currents.l3_a)


def _flow(told: CircuitConsumption) -> float:
    flows = [getattr(told.drawn, each) + getattr(told.unmanaged, each) for each in PHASES]
    return float(max(flows))
