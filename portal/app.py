"""Puts the portal together: `create_app(settings)`."""

import mimetypes
from importlib import import_module

from flask import Flask, current_app, request
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.wrappers import Response

from portal import (
    auth,
    event_words,
    failures,
    formats,
    language,
    layout,
    links,
    live,
    lookups,
    message_words,
    nouns,
    preferences,
    refusals,
    tariff_words,
    words,
)
from portal.api import Platform
from portal.settings import Settings
from portal.views.map import tiles_origin

# The rooms: one module in views/ and one folder in templates/ each.
ROOMS = (
    "sign_in",
    "dashboard",
    "charge_points",
    "charge_point_actions",
    "bulk",
    "ocpp_messages",
    "status_log",
    "charging_profiles",
    "upkeep",
    "certificates",
    "devices",
    "configuration",
    "configuration_templates",
    "evses",
    "sessions",
    "session_payments",
    "users",
    "user_actions",
    "id_tags",
    "tariffs",
    "tariff_groups",
    "locations",
    "map",
    "circuits",
    "reservations",
    "transactions",
    "transaction_actions",
    "receipts",
    "user_groups",
    "subscription_plans",
    "subscriptions",
    "vouchers",
    "electricity_rates",
    "partners",
    "settlements",
    "vendor_error_codes",
    "logs",
    "firmware",
    "firmware_campaigns",
    "events",
    "webhooks",
    "webhook_actions",
    "unknown_chargers",
    "operators",
    "operator_actions",
    "account",
    "api_keys",
    "audit",
    "pick",
    "settings",
    "imports",
    "search",
    "api_docs",
)

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
HEADERS = {
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


def create_app(settings: Settings) -> Flask:
    """The portal as a WSGI application; it calls the API when first asked for a page."""
    app = Flask("portal")
    app.secret_key = settings.secret
    app.config["MAX_CONTENT_LENGTH"] = app.config["MAX_FORM_MEMORY_SIZE"] = 1024 * 1024
    app.jinja_options = {"trim_blocks": True, "lstrip_blocks": True}
    app.extensions["settings"] = settings
    app.extensions["platform"] = Platform(settings.api_address)
    app.wsgi_app = ProxyFix(app.wsgi_app, x_for=1, x_proto=1)  # type: ignore[method-assign]
    mimetypes.add_type("application/topo+json", ".topojson")
    for part in (
        language.register,
        auth.guard,
        failures.register,
        layout.register,
        live.register,
        preferences.register,
    ):
        part(app)
    for vocabulary in (
        event_words,
        formats,
        links,
        lookups,
        message_words,
        nouns,
        refusals,
        tariff_words,
        words,
    ):
        vocabulary.register(app)
    for room in ROOMS:
        app.register_blueprint(import_module(f"portal.views.{room}").room)
    app.after_request(protect)
    app.add_url_rule("/healthy", "healthy", lambda: ("ok\n", {"Content-Type": "text/plain"}))
    return app


def protect(response: Response) -> Response:
    """Says to the browser what our pages never do, so that it forbids it."""
    response.headers.setdefault("Content-Security-Policy", content_policy())
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if request.endpoint == "static":
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    else:
        response.headers.setdefault("Cache-Control", "no-store")
    return response


def content_policy() -> str:
    """What pages may load: nothing of others but the map's tiles, where there are some."""
    tiles = tiles_origin(current_app.extensions["settings"].map_tiles)
    return (
        CONTENT_SECURITY_POLICY.replace("img-src", f"img-src {tiles}")
        if tiles
        else CONTENT_SECURITY_POLICY
    )
