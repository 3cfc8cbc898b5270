"""Actions for many charge points: those that were selected, or all that match the filters."""

import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

from flask import Blueprint, abort, redirect, render_template, request, stream_template, url_for
from werkzeug.wrappers import Response

from ampline import AmplineError, InvalidArgument
from ampline.v1.charge_point_pb2 import ListChargePointsRequest
from portal.auth import api
from portal.bulk_run import one_by_one
from portal.commands.command import Command
from portal.commands.many import MANY, Undone
from portal.forms import Form, Unreadable
from portal.language import _
from portal.listing import asked
from portal.refusals import refusal
from portal.views.charge_points import FILTERS

room = Blueprint("bulk", __name__, url_prefix="/charge-points/bulk")

MOST, PAGE = 10_000, 1000


@dataclass(frozen=True)
class Outcome:
    """What came of it for one charge point."""

    charge_point: str
    is_good: bool
    text: str
    error: AmplineError | None = None


@room.app_template_global("done_to_many")
def done_to_many() -> dict[str, Command]:
    """What the operator may do to many chargers."""
    return {verb: command for verb, command in MANY.items() if command.is_allowed}


@room.get("")
def form() -> str | Response:
    command, chosen = wanted(), chosen_ones()
    if not chosen:
        return redirect(url_for("charge_points.index"), 303)
    filled = Form(command.fields, command.rows)
    for table in command.rows:
        filled.edit_rows(f"add {table.path}")
    return page(command, filled, chosen)


@room.post("")
def run() -> str | Response | tuple[str, int]:
    """Does it, and writes the page while it is done. Sent once more with the same form, what was
    done is not done again: each charge point has a request_id of its own, made of the form's."""
    command, chosen = wanted(), chosen_ones()
    filled = Form(command.fields, command.rows).submitted(request.form.to_dict(flat=False))
    if move := request.form.get("do", ""):
        filled.edit_rows(move)
        return page(command, filled, chosen)
    if not chosen:
        abort(400)
    try:
        do = doing(command, filled, request.form.get("request_id", ""))
        first = do(chosen[0])
    except Unreadable:
        return page(command, filled, chosen), 422
    if isinstance(first.error, InvalidArgument) and first.error.field_violations:
        filled.refused(first.error, command.noun)
        return page(command, filled, chosen), 422
    outcomes = chain([first], one_by_one(chosen[1:], do))
    return Response(results(command, chosen, outcomes), content_type="text/html; charset=utf-8")


def doing(command: Command, filled: Form, job: str) -> Callable[[str], Outcome]:
    """What does it to one charge point, on any thread. Raises Unreadable at once."""
    by, namespace = api(), job_of(job)
    command.request(filled, "", str(namespace))

    def do(name: str) -> Outcome:
        told = command.request(filled, name, str(uuid.uuid5(namespace, name)))
        try:
            return Outcome(name, True, command.send(by, told))
        except AmplineError as error:
            return Outcome(name, False, refusal(error), error)
        except Undone as fault:
            return Outcome(name, False, str(fault))

    return do


def job_of(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError:
        abort(400, _("This form is no longer valid. Go back, load the page again, and retry."))


def results(command: Command, chosen: Sequence[str], outcomes: Iterator[Outcome]) -> Iterator[str]:
    return stream_template(
        "bulk/results.html",
        command=command,
        count=len(chosen),
        outcomes=outcomes,
        again=lambda failed: url_for(
            ".form", verb=request.args.get("verb"), charge_point=failed[:100]
        ),
    )


def wanted() -> Command:
    command = MANY.get(request.args.get("verb", ""))
    if command is None:
        abort(404)
    return command


def chosen_ones() -> list[str]:
    """The names of the charge points that it is for."""
    if request.args.get("scope") != "matching":
        return request.args.getlist("charge_point")[:MOST]
    listing, _form = asked(ListChargePointsRequest(order_by="create_time"), FILTERS)
    listing.page_size, listing.page_token = PAGE, ""
    names: list[str] = []
    while True:
        answer = api().charge_points.ListChargePoints(listing)
        names += [charger.name for charger in answer.charge_points]
        listing.page_token = answer.next_page_token
        if not listing.page_token or len(names) >= MOST:
            return names[:MOST]


def page(command: Command, filled: Form, chosen: Sequence[str]) -> str:
    return render_template(
        "bulk/form.html",
        command=command,
        form=filled,
        chosen=chosen,
        location=request.args.get("location"),
    )
