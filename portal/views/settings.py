"""What an operator likes, and what this platform is: its parts, and how they are."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import version

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from ampline import AmplineError
from ampline.v1.network_summary_pb2 import GetNetworkSummaryRequest
from portal import language, preferences, zones
from portal.auth import api, platform_address
from portal.forms import Field, Form
from portal.kinds import Choice, Options, Reference
from portal.language import _, lazy
from portal.layout import THEMES
from portal.refusals import refusal
from portal.resource_form import Page
from portal.words import Status

room = Blueprint("settings", __name__, url_prefix="/settings")

CLOCKS = (
    ("", lazy("At the clock of the place that they are about, else at yours")),
    (zones.MINE, lazy("Always at your clock")),
)


def languages() -> Options:
    yield "", _("As your browser prefers")
    for code, (own_name, _locale) in language.LANGUAGES.items():
        yield code, own_name


# Called like the cookies that keep them.
FIELDS = (
    Field(language.COOKIE, lazy("Language"), Choice(languages)),
    Field("theme", lazy("Theme"), Choice(THEMES.items), assumed="auto"),
    Field(
        zones.COOKIE,
        lazy("Your time zone"),
        Reference("time-zones"),
        lazy("Empty: UTC."),
        placeholder="Europe/Amsterdam",
    ),
    Field(zones.MINE_COOKIE, lazy("Times are told"), Choice(lambda: CLOCKS), wide=True),
)


@dataclass(frozen=True)
class Part:
    """A part of the platform, and how it is."""

    title: str
    status: Status
    note: str


@room.get("")
def index() -> str:
    form = Form(FIELDS)
    form.texts |= {name: request.cookies[name] for name in form.fields if name in request.cookies}
    return page(form)


@room.post("")
def keep() -> Page:
    form = Form(FIELDS).submitted(request.form.to_dict(flat=False))
    zone = form.texts.get(zones.COOKIE, "")
    if zone and zone not in zones.known_zones():
        form.errors[zones.COOKIE] = _("A time zone, please, such as Europe/Amsterdam.")
        return page(form), 422
    response: Response = redirect(url_for(".index"), 303)
    for name in form.fields:
        preferences.keep(response, name, form.texts.get(name, ""))
    flash(_("Saved."), "good")
    return response


def page(form: Form) -> str:
    return render_template(
        "settings/page.html",
        form=form,
        parts=parts(),
        version=version("ampline-platform"),
        api_address=platform_address(),
    )


def parts() -> list[Part]:
    """Each part that the API tells of."""
    return [
        part(_("API"), lambda: api().is_serving()),
        part(_("Database"), summed_up),
    ]


def summed_up() -> bool:
    """The figures of the network come out of the database."""
    return bool(api().network_summary.GetNetworkSummary(GetNetworkSummaryRequest()).name)


def part(title: str, ask: Callable[[], bool]) -> Part:
    """How a part is: whether it answers, and how soon."""
    begun = time.perf_counter()
    try:
        is_well = ask()
    except AmplineError as error:
        return Part(title, Status(_("No answer"), "bad"), refusal(error))
    took = _("in %(milliseconds)s ms", milliseconds=round((time.perf_counter() - begun) * 1000))
    if not is_well:
        return Part(title, Status(_("Not serving"), "warn"), took)
    return Part(title, Status(_("Answers"), "good"), took)
