"""What one can do about an operator: a new password, signing out, letting in again."""

from flask import Blueprint, url_for

from ampline.v1 import portal_operator_pb2 as pb
from portal.action_form import Action, run_action
from portal.auth import api
from portal.forms import Field, Form
from portal.kinds import Text
from portal.language import _
from portal.resource_form import Page

room = Blueprint("operator_actions", __name__, url_prefix="/operators/<key>/do")


@room.route("/reset-password", methods=["GET", "POST"])
def reset_password(key: str) -> Page:
    def run(form: Form, request_id: str) -> str:
        somebody = pb.PortalOperator(name=name_of(key), password=form.texts.get("password", ""))
        asked = pb.UpdatePortalOperatorRequest(portal_operator=somebody)
        asked.update_mask.paths.append("password")
        api().portal_operators.UpdatePortalOperator(asked)
        return _("They sign in with it from now on, and are signed out everywhere.")

    password = Field(
        "password", _("New password"), Text("password"), _("At least 10 characters."), required=True
    )
    action = Action(
        _("Set a new password"), _("Set it"), run, fields=(password,), noun="portal_operator"
    )
    return run_action(action, back(key))


@room.route("/sign-out", methods=["GET", "POST"])
def sign_out(key: str) -> Page:
    def run(form: Form, request_id: str) -> str:
        asked = pb.SignOutPortalOperatorRequest(name=name_of(key), request_id=request_id)
        api().portal_operators.SignOutPortalOperator(asked)
        return _("They are signed out everywhere; on other nodes within five seconds.")

    text = _("Every browser and program that they are signed in with has to sign in again.")
    return run_action(Action(_("Sign them out everywhere"), _("Sign out"), run, text), back(key))


@room.route("/unlock", methods=["GET", "POST"])
def unlock(key: str) -> Page:
    def run(form: Form, request_id: str) -> str:
        asked = pb.UnlockPortalOperatorRequest(name=name_of(key), request_id=request_id)
        api().portal_operators.UnlockPortalOperator(asked)
        return _("They can sign in again at once.")

    text = _("Their wrong passwords are forgotten, so that they need not wait.")
    return run_action(Action(_("Let them in again"), _("Unlock"), run, text), back(key))


@room.route("/reset-codes", methods=["GET", "POST"])
def reset_codes(key: str) -> Page:
    def run(form: Form, request_id: str) -> str:
        asked = pb.ResetPortalOperatorTotpRequest(name=name_of(key), request_id=request_id)
        api().portal_operators.ResetPortalOperatorTotp(asked)
        return _("Their password is enough until they set up codes again.")

    text = _("For somebody who lost the device that makes the codes. Be sure that it is them.")
    action = Action(_("Take their codes away"), _("Take away"), run, text, danger=True)
    return run_action(action, back(key))


def name_of(key: str) -> str:
    return f"portalOperators/{key}"


def back(key: str) -> str:
    return url_for("operators.page", key=key)
