"""What one can make a charger do: each action a form, answered with the charger's own word."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from flask import Blueprint, abort, request, url_for
from google.protobuf.message import Message

from ampline.v1 import charge_point_action_pb2 as pb
from ampline.v1.charge_point_maintenance_pb2 import GetDiagnosticsRequest, UpdateFirmwareRequest
from ampline.v1.user_pb2 import ListUsersRequest
from portal.action_form import Action, run_action
from portal.auth import api
from portal.forms import Field, Form
from portal.kinds import Choice, Flag, Reference, Text, Whole
from portal.resource_form import Page
from portal.words import said

room = Blueprint("charge_point_actions", __name__, url_prefix="/charge-points/<key>/do")

ANSWERS = {
    "Accepted": "The charger accepted.",
    "Scheduled": "The charger will do it when the running session has ended.",
    "RebootRequired": "The charger accepted. It needs a restart for the new value.",
    "Unlocked": "The charger unlocked the connector.",
}


def in_words(status: str) -> str:
    """What the charger answered, its own word said too."""
    plain = ANSWERS.get(status, "The charger accepted.")
    return f"{plain} Its own word: {status}." if status else plain


def values_of(enum: Any, **words: str) -> Choice:
    """The values of an action's own enum, in the given words."""
    options = [(name, words.get(name) or said("", name)) for name, number in enum.items() if number]
    return Choice(lambda: options, enum.Value, enum.Name)


EVSE = Field("evse", "EVSE", Whole(), "Empty: the charger chooses.", placeholder="1")
WHOLE = replace(EVSE, help="Empty: the whole charger.")
NEEDED = replace(EVSE, help="", required=True)


def filled(asked: Message, form: Form, request_id: str, **known: Any) -> Any:
    """The request, with what was typed."""
    for name, value in known.items():
        setattr(asked, name, value)
    asked.request_id = request_id  # type: ignore[attr-defined]
    form.into(asked)
    form.must_be_readable()
    return asked


def start(name: str, form: Form, request_id: str) -> str:
    asked = filled(pb.StartSessionRequest(), form, request_id, charge_point=name)
    if "@" in asked.user:
        asked.user = user_with_email(asked.user)
    return in_words(api().charge_point_actions.StartSession(asked).charger_status)


def user_with_email(email: str) -> str:
    """The user's name; the address itself if nobody has it, so that the API says so."""
    found = api().users.ListUsers(ListUsersRequest(email=email)).users
    return found[0].name if found else email


def unlock(name: str, form: Form, request_id: str) -> str:
    asked = filled(pb.UnlockConnectorRequest(), form, request_id, charge_point=name)
    return in_words(api().charge_point_actions.UnlockConnector(asked).charger_status)


def reset(name: str, form: Form, request_id: str) -> str:
    asked = filled(pb.ResetRequest(), form, request_id, charge_point=name)
    return in_words(api().charge_point_actions.Reset(asked).charger_status)


def availability(name: str, form: Form, request_id: str) -> str:
    asked = filled(pb.ChangeAvailabilityRequest(), form, request_id, charge_point=name)
    return in_words(api().charge_point_actions.ChangeAvailability(asked).charger_status)


def trigger(name: str, form: Form, request_id: str) -> str:
    asked = filled(pb.TriggerMessageRequest(), form, request_id, charge_point=name)
    return in_words(api().charge_point_actions.TriggerMessage(asked).charger_status)


def diagnostics(name: str, form: Form, request_id: str) -> str:
    asked = filled(GetDiagnosticsRequest(), form, request_id, charge_point=name)
    file_name = api().charge_point_maintenance.GetDiagnostics(asked).file_name
    told = f"It uploads {file_name}." if file_name else "It uploads what it has."
    return f"{told} You will find it among the logs."


def firmware(name: str, form: Form, request_id: str) -> str:
    asked = filled(UpdateFirmwareRequest(), form, request_id, charge_point=name)
    return in_words(api().charge_point_maintenance.UpdateFirmware(asked).charger_status)


def configure(name: str, form: Form, request_id: str) -> str:
    asked = pb.SetConfigurationRequest(charge_point=name, request_id=request_id)
    told = asked.settings.add(value=form.texts.get("value", ""))
    form.into(told.setting, [path for path in form.fields if path != "value"])
    form.must_be_readable()
    (result,) = api().charge_point_actions.SetConfiguration(asked).results
    return in_words(result.status)


Run = Callable[[str, Form, str], str]


def action(run: Run, title: str, verb: str, text: str, *fields: Field, danger: bool = False) -> Any:
    """Makes the action for a charge point's name."""

    def of(name: str) -> Action:
        def run_there(form: Form, request_id: str) -> str:
            return run(name, form, request_id)

        return Action(title, verb, run_there, text, fields, danger)

    return of


ACTIONS: dict[str, Callable[[str], Action]] = {
    "start": action(
        start,
        "Start a session",
        "Start",
        "The same rules for users, tags and tariffs hold as at the charger.",
        EVSE,
        Field("user", "Who charges", Reference("users"), required=True),
        Field("id_tag", "ID tag", Reference("id-tags"), "Empty: the user's first one."),
    ),
    "unlock": action(
        unlock,
        "Unlock a connector",
        "Unlock",
        "For a cable that is stuck. A running session ends.",
        NEEDED,
        Field("connector", "Connector", Whole(), "Empty: the first.", placeholder="1"),
    ),
    "reset": action(
        reset,
        "Restart the charger",
        "Restart",
        "The charger will be away for a minute or two.",
        Field(
            "kind",
            "How",
            values_of(
                pb.ResetRequest.Kind,
                SOFT="Soft: end sessions properly first",
                HARD="Hard: at once",
            ),
        ),
        danger=True,
    ),
    "availability": action(
        availability,
        "Change availability",
        "Change",
        "",
        Field(
            "availability",
            "It may be used",
            values_of(pb.ChangeAvailabilityRequest.Availability, OPERATIVE="Yes", INOPERATIVE="No"),
        ),
        WHOLE,
    ),
    "trigger": action(
        trigger,
        "Ask for a message",
        "Ask",
        "What the charger sends shows up in the message log.",
        Field("message", "Message", values_of(pb.TriggerMessageRequest.Message)),
        WHOLE,
    ),
    "diagnostics": action(
        diagnostics,
        "Fetch diagnostics",
        "Fetch",
        "The charger uploads what it has logged.",
    ),
    "firmware": action(
        firmware,
        "Update the firmware",
        "Update",
        "The charger fetches it, installs it and restarts.",
        Field("firmware_image", "Firmware", Reference("firmware"), required=True),
        Field("without_signature", "Sent without its signature", Flag()),
        danger=True,
    ),
    "configure": action(
        configure,
        "Set a setting",
        "Set",
        "A key of OCPP 1.6, or a variable of a component of 2.x.",
        Field("key", "Key", Text(), required=True, placeholder="MeterValueSampleInterval"),
        Field("value", "Value", Text()),
        Field("component", "Component", Text(), "Empty for OCPP 1.6."),
        Field("component_instance", "The component's instance", Text()),
        Field("instance", "The variable's instance", Text()),
        Field("evse", "Of EVSE", Whole()),
        Field("connector", "Of connector", Whole()),
    ),
}


@room.route("/<verb>", methods=["GET", "POST"])
def do(key: str, verb: str) -> Page:
    if verb not in ACTIONS:
        abort(404)
    back = url_for("charge_points.page", key=key)
    return run_action(ACTIONS[verb](f"chargePoints/{key}"), back, request.args.to_dict())
