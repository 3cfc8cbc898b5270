"""Pages for what goes wrong, in plain words."""

from flask import Flask, redirect, render_template, request
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from ampline import AmplineError, PermissionDenied, Unauthenticated
from portal import auth
from portal.language import _, lazy
from portal.refusals import refusal

# Status, title, and what to do about it, by gRPC status.
PAGES = {
    "NOT_FOUND": (
        404,
        lazy("Not here"),
        lazy("Perhaps it was deleted, or the address has a typo."),
    ),
    "PERMISSION_DENIED": (
        403,
        lazy("Not for you"),
        lazy("Ask an administrator for the role that may."),
    ),
    "UNAVAILABLE": (
        503,
        lazy("Out of reach"),
        lazy("Your chargers keep charging. Try again in a moment."),
    ),
    "DEADLINE_EXCEEDED": (504, lazy("No answer"), lazy("Try again in a moment.")),
    "INVALID_ARGUMENT": (
        400,
        lazy("That does not work"),
        lazy("Go back and change what you asked for."),
    ),
}
OTHERWISE = (502, lazy("Refused"), lazy("Go back and try something else."))


def register(app: Flask) -> None:
    app.register_error_handler(AmplineError, api_failure)
    app.register_error_handler(HTTPException, http_failure)


def api_failure(error: AmplineError) -> Response:
    """A call that no form or action has caught."""
    if isinstance(error, Unauthenticated):
        auth.forget()
        return auth.to_sign_in()
    if isinstance(error, PermissionDenied) and request.method == "GET" and auth.is_changed():
        return redirect(request.full_path, 303)
    status, title, advice = PAGES.get(error.status.name, OTHERWISE)
    return failure_page(status, title, refusal(error), advice)


def http_failure(error: HTTPException) -> Response:
    title = _("Not here") if error.code == 404 else error.name
    return failure_page(error.code or 500, title, error.description or "", "")


def failure_page(status: int, title: str, text: str, advice: str) -> Response:
    template = "failures/part.html" if "HX-Request" in request.headers else "failures/page.html"
    page = render_template(template, status=status, title=title, text=text, advice=advice)
    return Response(page, status, content_type="text/html; charset=utf-8")
