"""Tariffs: the list, the page of each, the form of its elements, and what a session would cost."""

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, render_template, request

from ampline import AmplineError
from ampline.v1.price_pb2 import Price
from ampline.v1.price_preview_pb2 import PreviewPriceRequest
from ampline.v1.tariff_pb2 import GetTariffRequest, ListTariffsRequest, Tariff
from portal.auth import api
from portal.choices import one_of
from portal.forms import Field, Form
from portal.kinds import Text
from portal.language import lazy
from portal.listing import asked, choice, search
from portal.resource_form import Editor, Page
from portal.tariff_fields import ALWAYS, ELEMENTS, FIELDS, ID, LOCKS
from portal.tariff_samples import made_up, priced, sampled
from portal.tariff_starts import STARTS, start_of
from portal.tariff_week import weeks

room = Blueprint("tariffs", __name__, url_prefix="/tariffs")

FILTERS = (
    search(placeholder=lazy("Name")),
    choice("state", lazy("State"), one_of("tariff_state", empty=lazy("Any"))),
    Field("currency", lazy("Currency"), Text(), placeholder="EUR"),
)


@dataclass(frozen=True)
class TariffEditor(Editor):
    """The editor with its price preview; a new tariff begins with a ready-made one."""

    def new(self) -> Page:
        if "start" not in request.args:
            return render_template("tariffs/starts.html", starts=STARTS)
        return super().new()

    def page(self, form: Form, resource: Any = None) -> str:
        sample = sampled()
        return self.render(form, resource, always=ALWAYS, sample=sample)


EDITOR = TariffEditor(
    room=room,
    collection="tariffs",
    resource=Tariff,
    service=lambda api: api.tariffs,
    fields=FIELDS,
    rows=(ELEMENTS, LOCKS),
    id_field=ID,
    permission="SET_PRICES",
    starts=lambda: start_of(request.args.get("start", "")),
    deletes=lazy("Sessions keep what they began with. One in a tariff group cannot be deleted."),
)
EDITOR.add_pages()


@room.get("")
def index() -> str:
    listing, filters = asked(ListTariffsRequest(), FILTERS)
    return render_template(
        "tariffs/index.html", answer=api().tariffs.ListTariffs(listing), filters=filters
    )


@room.get("/<key>")
def page(key: str) -> str:
    tariff = api().tariffs.GetTariff(GetTariffRequest(name=f"tariffs/{key}"))
    return render_template(
        "tariffs/page.html", tariff=tariff, weeks=weeks(tariff), sample=sampled()
    )


@room.post("/week")
def week() -> str:
    """Which price of the draft that was sent holds at which hour."""
    tariff = drafted(EDITOR.submitted(creating=True))
    return render_template("tariffs/week.html", tariff=tariff, weeks=weeks(tariff))


@room.post("/preview")
def preview() -> str:
    """Prices the made-up session and some typical ones: with the draft that was sent, or with a
    tariff that is kept."""
    sample = sampled()
    form = EDITOR.submitted(creating=True)
    price, typical = Price(), []
    draft = Tariff() if request.form.get("tariff") else drafted(form)
    try:
        wanted = with_tariff(made_up(sample), draft)
        if not (form.errors or sample.errors):
            price = price_of(wanted)
            typical = priced(sample, lambda session: price_of(with_tariff(session, draft)))
    except AmplineError as error:
        form.refused(error, "draft")
    faults = [*named(form), *named(sample), *([form.problem] if form.problem else [])]
    return render_template("tariffs/preview.html", price=price, typical=typical, faults=faults)


def drafted(form: Form) -> Tariff:
    """The tariff as far as it was typed."""
    draft = Tariff()
    form.into(draft, [field.path for field in FIELDS], form.texts.get("currency", ""))
    draft.display_name = draft.display_name or "Draft"
    return draft


def with_tariff(wanted: PreviewPriceRequest, draft: Tariff) -> PreviewPriceRequest:
    """The session with the tariff that is kept, else with the draft."""
    kept = request.form.get("tariff", "")
    if kept:
        wanted.tariff = kept
    else:
        wanted.draft.CopyFrom(draft)
    return wanted


def price_of(wanted: PreviewPriceRequest) -> Price:
    return api().price_previews.PreviewPrice(wanted).price


def named(form: Form) -> list[str]:
    """The faults of a form, each with the name of its field."""
    return [f"{form.control(name).field.label}: {text}" for name, text in form.errors.items()]
