"""What each operator chooses for themselves, kept in cookies: language, theme, clock."""

from flask import Flask, redirect, request
from werkzeug.wrappers import Response

from portal import language
from portal.auth import own_page

YEAR_SECONDS = 365 * 24 * 3600


def register(app: Flask) -> None:
    app.add_url_rule("/language", "language", choose_language, methods=["POST"])


def choose_language() -> Response:
    response = redirect(own_page(request.form.get("next", "")), 303)
    chosen = request.form.get("language", "")
    if chosen in language.LANGUAGES:
        keep(response, language.COOKIE, chosen)
    return response


def keep(response: Response, cookie: str, value: str) -> None:
    """Keeps a choice for a year; an empty one is none. A script of ours sets the theme, too."""
    if not value:
        response.delete_cookie(cookie)
        return
    readable = cookie == "theme"
    response.set_cookie(cookie, value, max_age=YEAR_SECONDS, samesite="Lax", httponly=not readable)
