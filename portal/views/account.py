"""One's own sign-in: the password, the codes, and where one is signed in."""

import segno
from flask import Blueprint, flash, render_template, request, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response

from ampline import AmplineError
from ampline.v1 import sign_in_pb2 as pb
from portal.action_form import Action, run_action
from portal.auth import api, forget
from portal.forms import Field, Form
from portal.kinds import Text
from portal.language import _, lazy
from portal.resource_form import Page, to_address

room = Blueprint("account", __name__, url_prefix="/account")

PASSWORD = Field("password", lazy("Your password"), Text("password"), required=True)
CODE = Field("code", lazy("The code that it shows now"), Text("one-time-code"), required=True)


@room.get("")
def page() -> str:
    caller = api().sign_in.GetCaller(pb.GetCallerRequest())
    return render_template("account/page.html", caller=caller)


@room.route("/password", methods=["GET", "POST"])
def password() -> Page:
    def run(form: Form, request_id: str) -> str:
        asked = pb.ChangePasswordRequest(request_id=request_id)
        form.into(asked)
        api().sign_in.ChangePassword(asked)
        return _("It is changed. Wherever else you were signed in, you are not any more.")

    fields = (
        Field("old_password", _("Your password until now"), Text("password"), required=True),
        Field(
            "new_password",
            _("Your password from now on"),
            Text("password"),
            _("At least 10 characters."),
            required=True,
        ),
    )
    action = Action(_("Change your password"), _("Change"), run, fields=fields)
    return run_action(action, url_for(".page"))


@room.route("/codes", methods=["GET", "POST"])
def codes() -> Page:
    """Begins to use codes: asks for the password, then shows what makes them, this once."""

    def run(form: Form, request_id: str) -> Response:
        asked = pb.EnrolTotpRequest(request_id=request_id)
        form.into(asked)
        made = api().sign_in.EnrolTotp(asked)
        page = enrolment(Form((CODE,)), made.totp_uri, made.totp_secret)
        return Response(page, mimetype="text/html")

    text = _("Signing in takes a code besides the password then, from an app on your phone.")
    action = Action(_("Sign in with codes"), _("Go on"), run, text, (PASSWORD,))
    return run_action(action, url_for(".page"))


@room.post("/codes/confirm")
def confirm() -> Page:
    """Takes the first code; a wrong one leaves the secret where it is, to try again."""
    form = Form((CODE,)).submitted(request.form.to_dict(flat=False))
    asked = pb.ConfirmTotpRequest(request_id=request.form.get("request_id", ""))
    asked.code = form.texts.get(CODE.path, "").replace(" ", "")
    try:
        api().sign_in.ConfirmTotp(asked)
    except AmplineError as error:
        form.refused(error, "")
        uri, secret = request.form.get("totp_uri", ""), request.form.get("totp_secret", "")
        return enrolment(form, uri, secret), 422
    flash(_("From now on signing in takes a code."), "good")
    return to_address(url_for(".page"))


def enrolment(form: Form, uri: str, secret: str) -> str:
    return render_template(
        "account/codes.html", form=form, uri=uri, secret=secret, picture=picture(uri)
    )


def picture(text: str) -> Markup:
    """The text as a QR code, in a picture without styles and scripts: black on white in any theme,
    or cameras do not read it."""
    code = segno.make(text, error="m", micro=False)
    return Markup(code.svg_inline(scale=5, border=3, dark="#000", light="#fff", omitsize=True))  # noqa: S704 - of black squares


@room.route("/codes/off", methods=["GET", "POST"])
def codes_off() -> Page:
    def run(form: Form, request_id: str) -> str:
        asked = pb.DisableTotpRequest(request_id=request_id)
        form.into(asked)
        api().sign_in.DisableTotp(asked)
        return _("Your password is enough again.")

    text = _("Whoever learns your password can sign in as you then.")
    action = Action(
        _("Sign in without codes"), _("Do without"), run, text, (PASSWORD,), danger=True
    )
    return run_action(action, url_for(".page"))


@room.route("/sign-out-everywhere", methods=["GET", "POST"])
def sign_out_everywhere() -> Page:
    def run(form: Form, request_id: str) -> Response:
        api().sign_in.SignOutEverywhere(pb.SignOutEverywhereRequest())
        forget()
        return to_address(url_for("sign_in.form"))

    text = _("Every browser that you are signed in with has to sign in again, this one too.")
    return run_action(Action(_("Sign out everywhere"), _("Sign out"), run, text), url_for(".page"))
