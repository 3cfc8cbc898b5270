"""Tariffs: the list, the page of each, the form of its elements, and what a session would cost."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, render_template, request
from google.protobuf.duration_pb2 import Duration

from ampline import AmplineError
from ampline.v1.evse_pb2 import CurrentType
from ampline.v1.price_pb2 import Price
from ampline.v1.price_preview_pb2 import PreviewPriceRequest
from ampline.v1.tariff_pb2 import GetTariffRequest, ListTariffsRequest, Tariff
from portal.auth import api
from portal.choices import one_of
from portal.formats import zone_of
from portal.forms import Field, Form
from portal.kinds import Text
from portal.language import lazy
from portal.listing import asked, choice, search
from portal.resource_form import Editor, Page
from portal.tariff_fields import ALWAYS, ELEMENTS, FIELDS, ID, LOCKS, SAMPLE
from portal.tariff_starts import STARTS, start_of

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
    return render_template("tariffs/page.html", tariff=tariff, sample=sampled())


@room.post("/preview")
def preview() -> str:
    """Prices the made-up session: with the draft that was sent, or with a tariff that is kept."""
    sample = sampled()
    form = EDITOR.submitted(creating=True)
    price = Price()
    try:
        wanted = made_up(sample)
        add_tariff(wanted, form)
        if not (form.errors or sample.errors):
            price = api().price_previews.PreviewPrice(wanted).price
    except AmplineError as error:
        form.refused(error, "draft")
    faults = [*named(form), *named(sample), *([form.problem] if form.problem else [])]
    return render_template("tariffs/preview.html", price=price, faults=faults)


def sampled() -> Form:
    """The form of the made-up session, as it was sent or as it begins."""
    form = Form(SAMPLE)
    now = datetime.now(UTC)
    form.texts = {field.path: field.assumed for field in SAMPLE}
    form.texts["sample.start"] = now.strftime("%Y-%m-%dT%H:00")
    return form.submitted(request.form.to_dict(flat=False))


def made_up(sample: Form) -> PreviewPriceRequest:
    """The made-up session: first it charges, then it idles."""
    texts = {name.partition(".")[2]: text for name, text in sample.texts.items()}
    wanted = PreviewPriceRequest(time_zone=texts["zone"] or "UTC")
    begins = datetime.fromisoformat(texts["start"]).replace(tzinfo=zone_of(texts["zone"]))
    wanted.start_time.FromDatetime(begins)
    if texts["current"]:
        wanted.current_type = CurrentType.Value(texts["current"])
    charging = wanted.stretches.add(energy_wh=typed(sample, "energy") or 0)
    charging.duration.CopyFrom(typed(sample, "charging") or Duration())
    wanted.stretches.add(energy_wh=0).duration.CopyFrom(typed(sample, "idle") or Duration())
    return wanted


def typed(sample: Form, name: str) -> Any:
    """What was typed in a field; notes what cannot be read."""
    control = sample.control(f"sample.{name}")
    try:
        return control.field.kind.read(control.text) if control.text else None
    except ValueError as fault:
        sample.errors[control.name] = str(fault)
        return None


def add_tariff(wanted: PreviewPriceRequest, form: Form) -> None:
    kept = request.form.get("tariff", "")
    if kept:
        wanted.tariff = kept
        return
    paths = [field.path for field in FIELDS]
    form.into(wanted.draft, paths, form.texts.get("currency", ""))
    if not wanted.draft.display_name:
        wanted.draft.display_name = "Draft"


def named(form: Form) -> list[str]:
    """The faults of a form, each with the name of its field."""
    return [f"{form.control(name).field.label}: {text}" for name, text in form.errors.items()]
