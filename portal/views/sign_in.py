"""Signing in and out."""

import contextlib

from flask import Blueprint, render_template, request, url_for
from flask import redirect as to
from werkzeug.wrappers import Response

from ampline import AmplineError, InvalidArgument, NotFound, Unauthenticated
from ampline.v1.sign_in_pb2 import SignInRequest, SignOutRequest
from portal.auth import api, forget, is_signed_in, own_page, remember
from portal.language import _
from portal.refusals import refusal

room = Blueprint("sign_in", __name__)


@room.get("/sign-in")
def form() -> str | Response:
    if is_signed_in():
        return to(own_page(request.args.get("next", "")), 303)
    return page("")


@room.post("/sign-in")
def submit() -> str | Response | tuple[str, int]:
    asked = SignInRequest(
        username=request.form.get("username", ""), password=request.form.get("password", "")
    )
    if code := request.form.get("code", "").replace(" ", ""):
        asked.totp_code = code
    try:
        answer = api().sign_in.SignIn(asked)
    except AmplineError as error:
        needs_code = bool(code) or error.reason == "TOTP_REQUIRED"
        return page(sentence(error), needs_code=needs_code), 400
    remember(answer)
    return to(own_page(request.form.get("next", "")), 303)


@room.post("/sign-out")
def leave() -> Response:
    with contextlib.suppress(AmplineError):
        api().sign_in.SignOut(SignOutRequest())
    forget()
    return to(url_for("sign_in.form"), 303)


def page(problem: str, *, needs_code: bool = False) -> str:
    return render_template(
        "sign_in/form.html",
        problem=problem,
        needs_code=needs_code,
        username=request.form.get("username", ""),
        next=request.values.get("next", ""),
    )


def sentence(error: AmplineError) -> str:
    """Why nobody was signed in, without a hint at which of the two was wrong."""
    if error.reason == "TOTP_REQUIRED":
        return _("Enter your password once more, and the code that your authenticator shows.")
    if isinstance(error, Unauthenticated | InvalidArgument | NotFound):
        if request.form.get("code"):
            return _("The user name, the password or the code is not right.")
        return _("The user name or the password is not right.")
    return refusal(error)
