"""What one can make a charger do: each action a form, answered with the charger's own word."""

from collections.abc import Iterator

from flask import Blueprint, abort, render_template, request, url_for

from ampline.v1.charge_point_pb2 import ChargePoint, GetChargePointRequest
from portal.action_form import run_action
from portal.auth import api
from portal.commands import COMMANDS, GROUPS
from portal.commands.command import Command
from portal.resource_form import Page

room = Blueprint("charge_point_actions", __name__, url_prefix="/charge-points/<key>/do")


@room.get("")
def index(key: str) -> str:
    """All that the operator may make this charger do."""
    wanted = GetChargePointRequest(name=f"chargePoints/{key}")
    charger = api().charge_points.GetChargePoint(wanted)
    return render_template(
        "charge_points/actions.html", charger=charger, groups=[*offered(charger)]
    )


def offered(charger: ChargePoint) -> Iterator[tuple[str, dict[str, Command]]]:
    """By group: what the charger may know, and the operator may call."""
    for title, group in GROUPS:
        suiting = {
            verb: command
            for verb, command in group.items()
            if command.is_allowed and command.suits(charger.ocpp_version)
        }
        if suiting:
            yield title, suiting


@room.app_template_global("may_do")
def may_do(verb: str) -> bool:
    """Whether the operator may call the action of this word. The API asks again."""
    return COMMANDS[verb].is_allowed


@room.route("/<verb>", methods=["GET", "POST"])
def do(key: str, verb: str) -> Page:
    if verb not in COMMANDS:
        abort(404)
    back = url_for("charge_points.page", key=key)
    return run_action(COMMANDS[verb].action(f"chargePoints/{key}"), back, request.args.to_dict())
