"""Made-up sessions, to see what a tariff would cost: one that is typed, and some typical ones."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from flask import request
from google.protobuf.duration_pb2 import Duration

from ampline.v1.evse_pb2 import CurrentType
from ampline.v1.price_pb2 import Price
from ampline.v1.price_preview_pb2 import PreviewPriceRequest
from portal.complaints import complaint_words
from portal.formats import amount, written, zone_of
from portal.forms import Form
from portal.language import lazy
from portal.tariff_fields import CURRENTS, SAMPLE

KILO = 1000
MINUTE = 60


@dataclass(frozen=True)
class Typical:
    """A session as many have it."""

    title: str
    energy_wh: int
    charging_minutes: int
    idle_minutes: int
    current: "CurrentType.ValueType"


TYPICAL = (
    Typical(lazy("A short stop at a fast charger"), 25_000, 20, 0, CurrentType.DC),
    Typical(lazy("An hour of shopping"), 10_000, 60, 15, CurrentType.AC),
    Typical(lazy("A day at work"), 22_000, 240, 240, CurrentType.AC),
    Typical(lazy("A night at home"), 40_000, 360, 180, CurrentType.AC),
)


@dataclass(frozen=True)
class Priced:
    """What a typical session would cost."""

    session: Typical
    price: Price

    @property
    def by_kwh(self) -> str:
        """What a kWh comes to, with all that else is to be paid."""
        total = self.price.total
        each = amount(total) / (Decimal(self.session.energy_wh) / KILO)
        return written(each, total.currency_code, 2)


def sampled() -> Form:
    """The form of the made-up session, as it was sent or as it begins."""
    form = Form(SAMPLE)
    now = datetime.now(UTC)
    form.texts = {field.path: field.assumed for field in SAMPLE}
    form.texts["sample.start"] = now.strftime("%Y-%m-%dT%H:00")
    return form.submitted(request.form.to_dict(flat=False))


def made_up(sample: Form) -> PreviewPriceRequest:
    """The made-up session: first it charges, then it idles."""
    wanted = begun(sample)
    current = sample.texts["sample.current"]
    if current and current in dict(CURRENTS):
        wanted.current_type = CurrentType.Value(current)
    charging = wanted.stretches.add(energy_wh=typed(sample, "energy") or 0)
    charging.duration.CopyFrom(typed(sample, "charging") or Duration())
    wanted.stretches.add(energy_wh=0).duration.CopyFrom(typed(sample, "idle") or Duration())
    return wanted


def begun(sample: Form) -> PreviewPriceRequest:
    """A session that begins when the form says, and of which nothing else is known yet."""
    zone = sample.texts["sample.zone"]
    wanted = PreviewPriceRequest(time_zone=zone or "UTC")
    begins = typed(sample, "start")
    if begins:
        wanted.start_time.FromDatetime(begins.replace(tzinfo=zone_of(zone)))
    return wanted


def priced(sample: Form, price: Callable[[PreviewPriceRequest], Price]) -> list[Priced]:
    """The typical sessions, all begun when the form says, with their prices."""

    def one(session: Typical) -> Priced:
        wanted = begun(sample)
        wanted.current_type = session.current
        charging = wanted.stretches.add(energy_wh=session.energy_wh)
        charging.duration.FromSeconds(session.charging_minutes * MINUTE)
        wanted.stretches.add(energy_wh=0).duration.FromSeconds(session.idle_minutes * MINUTE)
        return Priced(session, price(wanted))

    return [one(session) for session in TYPICAL]


def typed(sample: Form, name: str) -> Any:
    """What was typed in a field; notes what cannot be read."""
    control = sample.control(f"sample.{name}")
    if not control.text:
        if control.field.required:
            sample.errors[control.name] = complaint_words("is required")
        return None
    try:
        return control.field.kind.read(control.text)
    except ValueError as fault:
        sample.errors[control.name] = str(fault)
        return None
