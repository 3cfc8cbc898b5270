"""Who is signed in: the operator's API token in a signed cookie that scripts cannot read.

The cookie is made anew at every sign-in, so that none that was planted before is worth anything.
"""

import secrets
import time
from collections.abc import Mapping
from typing import cast
from urllib.parse import urlsplit

from flask import (
    Flask,
    abort,
    current_app,
    g,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask.sessions import SecureCookieSessionInterface
from werkzeug.wrappers import Response

from ampline import AmplineError
from ampline.v1.annotations_pb2 import Permission
from ampline.v1.sign_in_pb2 import GetCallerRequest, SignInResponse
from portal.api import Api, Platform
from portal.language import _

CSRF = "csrf"
# Pages that anybody may open.
OPEN = frozenset(
    {
        "static",
        "sign_in.form",
        "sign_in.submit",
        "theme",
        "language",
        "healthy",
        "api_docs.page",
        "api_docs.document",
    }
)


class PortalSessions(SecureCookieSessionInterface):
    """Cookies that are `Secure` whenever the browser came by TLS."""

    def get_cookie_secure(self, app: Flask) -> bool:
        return request.is_secure


def guard(app: Flask) -> None:
    """Lets only signed-in operators in, and only forms of our own change anything."""
    app.session_interface = PortalSessions()
    app.config.update(
        SESSION_COOKIE_NAME="ampline",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
    )
    app.before_request(require_own_form)
    app.before_request(require_sign_in)
    app.context_processor(lambda: {"csrf_token": csrf_token, "operator": caller(), "can": can})


def require_sign_in() -> Response | None:
    if request.endpoint in OPEN or is_signed_in():
        return None
    return to_sign_in()


def to_sign_in() -> Response:
    """The way to the sign-in page, and from there back here."""
    here = request.full_path.rstrip("?") if request.method == "GET" else ""
    target = url_for("sign_in.form", next=here if here not in {"", "/"} else None)
    if "HX-Request" in request.headers and request.method == "POST":
        return Response(render_template("failures/signed_out.html"), 401, mimetype="text/html")
    if "HX-Request" in request.headers:
        return Response(headers={"HX-Redirect": target})
    if request.endpoint == "live.stream":
        abort(401)
    return redirect(target, 303)


def require_own_form() -> Response | None:
    """Refuses what another site makes a browser send."""
    if request.method in {"GET", "HEAD", "OPTIONS"}:
        return None
    sent = request.form.get("csrf_token") or request.headers.get("X-CSRF-Token", "")
    if secrets.compare_digest(sent.encode(), str(session.get(CSRF, "")).encode()) and sent:
        return None
    stays_open = "HX-Request" in request.headers
    if stays_open and not is_signed_in():
        return to_sign_in()
    if stays_open:
        return abort(400, _("You signed in anew since this page was opened. Send it once more."))
    return abort(400, _("This form is no longer valid. Go back, load the page again, and retry."))


def csrf_token() -> str:
    """The word that proves a form to be ours; one for each cookie."""
    if CSRF not in session:
        session[CSRF] = secrets.token_urlsafe(24)
    return str(session[CSRF])


def remember(answer: SignInResponse) -> None:
    """Keeps a sign-in, in a cookie that shares nothing with the one before it."""
    session.clear()
    session["token"] = answer.token
    session["expires"] = answer.expire_time.seconds
    session["caller"] = {
        "name": answer.caller.display_name,
        "permissions": [Permission.Name(held) for held in answer.caller.permissions],
    }
    csrf_token()


def is_changed() -> bool:
    """Whether the caller may something else now than at the sign-in; what they may is noted."""
    try:
        told = api().sign_in.GetCaller(GetCallerRequest())
    except AmplineError:
        return False
    before, now = session["caller"], [Permission.Name(held) for held in told.permissions]
    session["caller"] = {**before, "permissions": now}
    return set(before["permissions"]) != set(now)


def forget() -> None:
    session.clear()


def is_signed_in() -> bool:
    expires = session.get("expires", 0)
    return "token" in session and (expires == 0 or expires > time.time())


def caller() -> Mapping[str, object]:
    """Name and permissions of who is signed in; empty if nobody is."""
    return cast("Mapping[str, object]", session.get("caller", {})) if is_signed_in() else {}


def can(permission: str) -> bool:
    """Whether the caller may, say, `CONTROL`. The API asks again: this only hides buttons."""
    held = caller().get("permissions", ())
    return f"PERMISSION_{permission}" in cast("list[str]", held)


def own_page(target: str) -> str:
    """`target` if it is a page of this portal, else the first page."""
    parts = urlsplit(target.replace("\\", "/"))
    is_ours = target.startswith("/") and not parts.netloc and not parts.scheme
    return target if is_ours and not target.startswith("//") else url_for("dashboard.page")


def platform_address() -> str:
    """`host:port` of the API."""
    return cast("Platform", current_app.extensions["platform"]).address


def api() -> Api:
    """The API as the caller of this request may use it."""
    if "api" not in g:
        platform = cast("Platform", current_app.extensions["platform"])
        g.api = platform.as_caller(session.get("token", ""), request.remote_addr or "")
    return cast("Api", g.api)
