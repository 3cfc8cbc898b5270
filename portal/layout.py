"""What every page shares: the rooms in the menu, the theme, and the addresses of static files."""

import hashlib
import uuid
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from flask import Flask, g, redirect, request, url_for
from werkzeug.wrappers import Response

from portal.auth import can, own_page
from portal.language import lazy

STATIC = Path(__file__).parent / "static"
THEMES = {"auto": lazy("Auto"), "light": lazy("Light"), "dark": lazy("Dark")}
YEAR_SECONDS = 365 * 24 * 3600


@dataclass(frozen=True)
class Room:
    """An entry of the menu."""

    blueprint: str
    title: str
    icon: str
    endpoint: str = "index"
    short: str = ""
    """The title where there is little room."""
    permission: str = ""
    """Whoever has it not is not shown the room; empty: everybody is."""

    @property
    def address(self) -> str:
        return url_for(f"{self.blueprint}.{self.endpoint}")

    @property
    def is_here(self) -> bool:
        return bool(request.blueprints) and request.blueprints[0] in (
            self.blueprint,
            *VISITED_FROM.get(self.blueprint, ()),
        )


# What one may see, to be shown a room of such things.
CHARGERS, SESSIONS, PRICES = "READ_CHARGE_POINTS", "READ_SESSIONS", "READ_PRICES"
# Rooms without an entry of their own, by the entry that they are reached from.
VISITED_FROM = {
    "charge_points": (
        "bulk",
        "certificates",
        "charge_point_actions",
        "charging_profiles",
        "configuration",
        "devices",
        "evses",
        "ocpp_messages",
        "status_log",
        "upkeep",
    ),
    "operators": ("operator_actions",),
    "sessions": ("session_payments",),
    "partners": ("settlements",),
    "transactions": ("transaction_actions",),
    "users": ("user_actions",),
    "webhooks": ("webhook_actions",),
    "firmware": ("firmware_campaigns",),
}

MENU = (
    (
        lazy("Operate"),
        (
            Room("dashboard", lazy("Dashboard"), "gauge", "page"),
            Room(
                "charge_points",
                lazy("Charge points"),
                "ev-charger",
                short=lazy("Chargers"),
                permission=CHARGERS,
            ),
            Room("sessions", lazy("Sessions"), "battery-charging", permission=SESSIONS),
            Room("map", lazy("Map"), "map", "page"),
            Room("unknown_chargers", lazy("Unknown chargers"), "circle-help", permission=CHARGERS),
            Room("reservations", lazy("Reservations"), "calendar-clock"),
            Room("events", lazy("Events"), "activity"),
            Room("logs", lazy("Logs"), "file-text", permission=CHARGERS),
            Room("firmware", lazy("Firmware"), "download", permission=CHARGERS),
        ),
    ),
    (
        lazy("Drivers"),
        (
            Room("users", lazy("Users"), "users"),
            Room("user_groups", lazy("User groups"), "users-round"),
            Room("id_tags", lazy("ID tags"), "nfc"),
            Room("subscriptions", lazy("Subscriptions"), "refresh-cw"),
            Room("vouchers", lazy("Vouchers"), "ticket"),
        ),
    ),
    (
        lazy("Money"),
        (
            Room("transactions", lazy("Transactions"), "arrow-left-right", permission=SESSIONS),
            Room("receipts", lazy("Receipts"), "receipt", permission=SESSIONS),
            Room("tariffs", lazy("Tariffs"), "receipt-text", permission=PRICES),
            Room("tariff_groups", lazy("Tariff groups"), "tags", permission=PRICES),
            Room("subscription_plans", lazy("Subscription plans"), "package", permission=PRICES),
            Room(
                "electricity_rates",
                lazy("Electricity rates"),
                "plug-zap",
                permission=PRICES,
            ),
            Room("partners", lazy("Partners"), "handshake"),
        ),
    ),
    (
        lazy("Setup"),
        (
            Room("locations", lazy("Locations"), "map-pin"),
            Room("circuits", lazy("Circuits"), "zap", permission=CHARGERS),
            Room("configuration_templates", lazy("Configuration"), "settings", permission=CHARGERS),
            Room("vendor_error_codes", lazy("Error codes"), "triangle-alert"),
            Room("webhooks", lazy("Webhooks"), "webhook"),
        ),
    ),
    (
        lazy("Administration"),
        (
            Room("operators", lazy("Operators"), "user-cog", permission="ADMINISTER"),
            Room("api_keys", lazy("API keys"), "key-round", permission="ADMINISTER"),
            Room("audit", lazy("Audit"), "scroll-text", permission="ADMINISTER"),
            Room("settings", lazy("Settings"), "sliders-horizontal"),
        ),
    ),
)
# On a phone these stand at the bottom; the others behind "More".
AT_HAND = (*MENU[0][1][:3], MENU[1][1][0])


def register(app: Flask) -> None:
    app.context_processor(
        lambda: {"menu": menu(), "at_hand": at_hand(), "theme": chosen_theme(), "themes": THEMES}
    )
    for function in (asset, here, request_id):
        app.add_template_global(function)
    app.add_url_rule("/theme", "theme", choose_theme, methods=["POST"])


def menu() -> list[tuple[str, tuple[Room, ...]]]:
    """The rooms that the operator may open, by group."""
    groups = ((title, tuple(filter(is_open, rooms))) for title, rooms in MENU)
    return [(title, rooms) for title, rooms in groups if rooms]


def at_hand() -> list[Room]:
    return list(filter(is_open, AT_HAND))


def is_open(room: Room) -> bool:
    return not room.permission or can(room.permission)


def chosen_theme() -> str:
    """`light` or `dark` as the operator chose, else `auto`: as the browser prefers."""
    chosen = request.cookies.get("theme", "")
    return chosen if chosen in THEMES else "auto"


def choose_theme() -> Response:
    """Keeps the theme in a cookie; the script does the same without a request."""
    response = redirect(own_page(request.form.get("next", "")), 303)
    chosen = request.form.get("theme", "")
    if chosen in THEMES:
        response.set_cookie("theme", chosen, max_age=YEAR_SECONDS, samesite="Lax")
    return response


def here(**changes: str | None) -> str:
    """Address of this page with other arguments; None takes one away."""
    arguments = {**request.args.to_dict(flat=False), **changes}
    kept = {name: value for name, value in arguments.items() if value not in (None, [""], "")}
    return url_for(request.endpoint or "", **{**(request.view_args or {}), **kept})


def request_id() -> str:
    """A new id for a form: sent twice, it counts once. A form that comes back because nobody knows
    whether it was obeyed keeps its id, so that it counts once when it is sent again."""
    kept = request.form.get("request_id", "") if g.get("is_unsure") else ""
    return kept or str(uuid.uuid4())


def asset(name: str) -> str:
    """Address of a static file, with its digest: it may be cached for ever."""
    return url_for("static", filename=name, v=digest(name))


@cache
def digest(name: str) -> str:
    return hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:12]
