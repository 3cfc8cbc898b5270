"""Tariffs in words: one short sentence for each element."""

from collections.abc import Iterator

from flask import Flask
from google.protobuf.message import Message
from google.type.dayofweek_pb2 import DayOfWeek

from ampline.v1.tariff_pb2 import Tariff
from portal.formats import decimal, duration_words, unit_price
from portal.words import word

USUAL_UNITS = {Tariff.SESSION: Tariff.PER_SESSION, Tariff.ENERGY: Tariff.KWH}
# What a price is for, where its unit alone does not say it.
MEANT = {
    Tariff.CHARGING_TIME: " charging",
    Tariff.IDLE_TIME: " idle",
    Tariff.RESERVATION_TIME: " reserved",
}


def register(app: Flask) -> None:
    app.add_template_filter(price_words)


def price_words(tariff: Tariff) -> list[str]:
    """`€0.39 / kWh from 22:00 to 06:00`, for each element."""
    if tariff.HasField("charging_allowed") and not tariff.charging_allowed:
        return ["Charging is not allowed"]
    return [element_words(element) for element in tariff.elements] or ["Costs nothing"]


def element_words(element: Tariff.Element) -> str:
    usual = USUAL_UNITS.get(element.dimension, Tariff.MINUTE)
    unit = word(element.unit or usual, "tariff_unit")
    rated = element.HasField("electricity_rate")
    price = "Electricity rate" if rated else unit_price(element.unit_price)
    when = " ".join(restriction_words(element.restrictions))
    return f"{price} / {unit}{MEANT.get(element.dimension, '')} {when}".strip()


def restriction_words(rules: Tariff.Restrictions) -> Iterator[str]:
    """The restrictions that a short sentence can hold."""
    yield from clock_words(rules)
    if rules.days:
        yield "on " + ", ".join(DayOfWeek.Name(day).capitalize()[:3] for day in rules.days)
    yield from range_words(rules, "min_kwh", "max_kwh", "kWh")
    yield from range_words(rules, "min_power_kw", "max_power_kw", "kW")
    if rules.HasField("grace"):
        yield f"after {duration_words(rules.grace.seconds)}"
    if rules.HasField("min_duration"):
        yield f"from {duration_words(rules.min_duration.seconds)} on"
    if rules.HasField("max_duration"):
        yield f"for the first {duration_words(rules.max_duration.seconds)}"
    if rules.current_type:
        yield f"at {word(rules.current_type, 'current_type')}"


def clock_words(rules: Tariff.Restrictions) -> Iterator[str]:
    if rules.HasField("start_time"):
        yield f"from {rules.start_time.hours:02}:{rules.start_time.minutes:02}"
    if rules.HasField("end_time"):
        yield f"to {rules.end_time.hours:02}:{rules.end_time.minutes:02}"


def range_words(rules: Message, low: str, high: str, unit: str) -> Iterator[str]:
    if rules.HasField(low):
        yield f"from {decimal(getattr(rules, low))} {unit}"
    if rules.HasField(high):
        yield f"up to {decimal(getattr(rules, high))} {unit}"
