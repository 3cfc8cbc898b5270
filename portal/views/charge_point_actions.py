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
from portal.kinds import Choice, Flag, Options, Reference, Text, Whole
from portal.language import _, lazy
from portal.resource_form import Page
from portal.words import said_in_english

room = Blueprint("charge_point_actions", __name__, url_prefix="/charge-points/<key>/do")

ANSWERS = {
    "Accepted": lazy("The charger accepted."),
    "Scheduled": lazy("The charger will do it when the running session has ended."),
    "RebootRequired": lazy("The charger accepted. It needs a restart for the new value."),
    "Unlocked": lazy("The charger unlocked the connector."),
}


def in_words(status: str) -> str:
    """What the charger answered, its own word said too."""
    plain = str(ANSWERS.get(status, ANSWERS["Accepted"]))
    return f"{plain} {_('Its own word: %(status)s.', status=status)}" if status else plain


def values_of(enum: Any, **words: str) -> Choice:
    """The values of an action's own enum, in the given words."""

    def options() -> Options:
        for name, number in enum.items():
            if number:
                yield name, words.get(name) or _(said_in_english("", name))

    return Choice(options, enum.Value, enum.Name)


EVSE = Field("evse", lazy("EVSE"), Whole(), lazy("Empty: the charger chooses."), placeholder="1")
WHOLE = replace(EVSE, help=lazy("Empty: the whole charger."))
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
    if file_name:
        return _("It uploads %(file)s. You will find it among the logs.", file=file_name)
    return _("It uploads what it has. You will find it among the logs.")


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
        lazy("Start a session"),
        lazy("Start"),
        lazy("The same rules for users, tags and tariffs hold as at the charger."),
        EVSE,
        Field("user", lazy("Who charges"), Reference("users"), required=True),
        Field("id_tag", lazy("ID tag"), Reference("id-tags"), lazy("Empty: the user's first one.")),
    ),
    "unlock": action(
        unlock,
        lazy("Unlock a connector"),
        lazy("Unlock"),
        lazy("For a cable that is stuck. A running session ends."),
        NEEDED,
        Field("connector", lazy("Connector"), Whole(), lazy("Empty: the first."), placeholder="1"),
    ),
    "reset": action(
        reset,
        lazy("Restart the charger"),
        lazy("Restart"),
        lazy("The charger will be away for a minute or two."),
        Field(
            "kind",
            lazy("How"),
            values_of(
                pb.ResetRequest.Kind,
                SOFT=lazy("Soft: end sessions properly first"),
                HARD=lazy("Hard: at once"),
            ),
        ),
        danger=True,
    ),
    "availability": action(
        availability,
        lazy("Change availability"),
        lazy("Change"),
        "",
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
    "trigger": action(
        trigger,
        lazy("Ask for a message"),
        lazy("Ask"),
        lazy("What the charger sends shows up in the message log."),
        Field("message", lazy("Message"), values_of(pb.TriggerMessageRequest.Message)),
        WHOLE,
    ),
    "diagnostics": action(
        diagnostics,
        lazy("Fetch diagnostics"),
        lazy("Fetch"),
        lazy("The charger uploads what it has logged."),
    ),
    "firmware": action(
        firmware,
        lazy("Update the firmware"),
        lazy("Update"),
        lazy("The charger fetches it, installs it and restarts."),
        Field("firmware_image", lazy("Firmware"), Reference("firmware"), required=True),
        Field("without_signature", lazy("Sent without its signature"), Flag()),
        danger=True,
    ),
    "configure": action(
        configure,
        lazy("Set a setting"),
        lazy("Set"),
        lazy("A key of OCPP 1.6, or a variable of a component of 2.x."),
        Field("key", lazy("Key"), Text(), required=True, placeholder="MeterValueSampleInterval"),
        Field("value", lazy("Value"), Text()),
        Field("component", lazy("Component"), Text(), lazy("Empty for OCPP 1.6.")),
        Field("component_instance", lazy("The component's instance"), Text()),
        Field("instance", lazy("The variable's instance"), Text()),
        Field("evse", lazy("Of EVSE"), Whole()),
        Field("connector", lazy("Of connector"), Whole()),
    ),
}


@room.route("/<verb>", methods=["GET", "POST"])
def do(key: str, verb: str) -> Page:
    if verb not in ACTIONS:
        abort(404)
    back = url_for("charge_points.page", key=key)
    return run_action(ACTIONS[verb](f"chargePoints/{key}"), back, request.args.to_dict())
