"""Sessions: the list, the page of each with its chart and bill, and the way to stop one."""

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, render_template, url_for

from ampline.v1.meter_value_pb2 import ListMeterValuesRequest, SummarizeSessionRequest
from ampline.v1.session_pb2 import (
    GetSessionRequest,
    ListSessionsRequest,
    Session,
    StopSessionRequest,
)
from portal.action_form import Action, run_action
from portal.auth import api
from portal.choices import one_of
from portal.forms import Field, Form
from portal.kinds import Flag, Reference
from portal.language import _, lazy
from portal.listing import asked, choice
from portal.resource_form import Page
from portal.time_kinds import Moment
from portal.zones import zoned

room = Blueprint("sessions", __name__, url_prefix="/sessions")

CHART_POINTS, TABLE_POINTS = 400, 24
FILTERS = (
    choice("state", lazy("State"), one_of("session_state", empty=lazy("Any"))),
    choice("billing_state", lazy("Billing"), one_of("session_billing", empty=lazy("Any"))),
    Field("location", lazy("Location"), Reference("locations"), placeholder=lazy("Any")),
    Field(
        "charge_point", lazy("Charge point"), Reference("charge-points"), placeholder=lazy("Any")
    ),
    Field("user", lazy("User"), Reference("users"), placeholder=lazy("Any")),
    Field("started_since", zoned("Started from (%(zone)s)"), Moment()),
    Field("started_before", zoned("Started before (%(zone)s)"), Moment()),
)


@room.get("")
def index() -> str:
    listing, filters = asked(ListSessionsRequest(), FILTERS)
    return render_template(
        "sessions/index.html", answer=api().sessions.ListSessions(listing), filters=filters
    )


@room.get("/<key>")
def page(key: str) -> str:
    session = api().sessions.GetSession(GetSessionRequest(name=f"sessions/{key}"))
    return render_template(
        "sessions/page.html",
        session=session,
        periods=periods(session),
        points=summary(key, TABLE_POINTS),
    )


@room.get("/<key>/chart.json")
def chart(key: str) -> dict[str, list[float | None]]:
    """Columns of the chart: seconds, W, Wh, percent, A, V."""
    points = summary(key, CHART_POINTS)

    def column(name: str) -> list[float | None]:
        return [getattr(point, name) if point.HasField(name) else None for point in points]

    return {
        "time": [point.time.ToMilliseconds() / 1000 for point in points],
        "power_w": column("power_w"),
        "energy_wh": column("energy_wh"),
        "soc_percent": column("soc_percent"),
        "current_a": column("current_a"),
        "voltage_v": column("voltage_v"),
    }


def summary(key: str, most: int) -> Sequence[Any]:
    """What was measured, as so many points at most."""
    wanted = SummarizeSessionRequest(name=f"sessions/{key}", max_points=most)
    return api().meter_values.SummarizeSession(wanted).points


@room.get("/<key>/meter-values")
def meter_values(key: str) -> str:
    """Each set of meter values as the charger sent it, oldest first."""
    name = f"sessions/{key}"
    listing, _form = asked(ListMeterValuesRequest(parent=name), ())
    return render_template(
        "sessions/meter_values.html",
        session=api().sessions.GetSession(GetSessionRequest(name=name)),
        answer=api().meter_values.ListMeterValues(listing),
    )


@room.route("/<key>/stop", methods=["GET", "POST"])
def stop(key: str) -> Page:
    def run(form: Form, request_id: str) -> str:
        wanted = StopSessionRequest(name=f"sessions/{key}", request_id=request_id)
        form.into(wanted)
        answer = api().sessions.StopSession(wanted)
        if not answer.charger_status:
            return _("The session is ended here; the charger was not asked.")
        return _(
            "The charger answered: %(status)s. The bill follows when it has stopped.",
            status=answer.charger_status,
        )

    force = Field("force", _("End it here, whatever the charger says"), Flag())
    action = Action(
        _("Stop this session?"),
        _("Stop"),
        run,
        _("The charger is asked to stop."),
        (force,),
        danger=True,
    )
    return run_action(action, url_for(".page", key=key))


def periods(session: Session) -> list[dict[str, object]]:
    """The session's stretches as pieces of a bar, in thousandths of its length."""
    stretches = session.charging_periods
    if not stretches:
        return []
    begin = stretches[0].start_time.seconds
    last = stretches[-1]
    end = (last.end_time if last.HasField("end_time") else session.meter_time).seconds
    length = max(end - begin, 1)
    return [
        {
            "charging": stretch.state == Session.ChargingPeriod.CHARGING,
            "start": 1000 * (stretch.start_time.seconds - begin) / length,
            "length": 1000
            * ((stretch.end_time.seconds or end) - stretch.start_time.seconds)
            / length,
        }
        for stretch in stretches
    ]
