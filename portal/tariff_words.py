"""Tariffs in words: one short sentence for each element."""

from collections.abc import Iterator

from flask import Flask
from google.protobuf.message import Message
from google.type.timeofday_pb2 import TimeOfDay

from ampline.v1.tariff_pb2 import Tariff
from portal.formats import decimal, duration_words, unit_price
from portal.language import _, lazy
from portal.time_kinds import day_word
from portal.words import word

USUAL_UNITS = {Tariff.SESSION: Tariff.PER_SESSION, Tariff.ENERGY: Tariff.KWH}
# What a price is for, where its unit alone does not say it.
MEANT = {
    Tariff.CHARGING_TIME: lazy("charging"),
    Tariff.IDLE_TIME: lazy("idle"),
    Tariff.RESERVATION_TIME: lazy("reserved"),
}


def register(app: Flask) -> None:
    app.add_template_filter(price_words)
    app.add_template_filter(day_word)


def price_words(tariff: Tariff) -> list[str]:
    """`€0.39 / kWh from 22:00 to 06:00`, for each element."""
    if tariff.HasField("charging_allowed") and not tariff.charging_allowed:
        return [_("Charging is not allowed")]
    return [element_words(element) for element in tariff.elements] or [_("Costs nothing")]


def element_words(element: Tariff.Element) -> str:
    usual = USUAL_UNITS.get(element.dimension, Tariff.MINUTE)
    unit = word(element.unit or usual, "tariff_unit")
    rated = element.HasField("electricity_rate")
    price = _("Electricity rate") if rated else unit_price(element.unit_price)
    meant = str(MEANT.get(element.dimension, ""))
    return " ".join(
        filter(None, (price, "/", unit, meant, *restriction_words(element.restrictions)))
    )


def restriction_words(rules: Tariff.Restrictions) -> Iterator[str]:
    """The restrictions that a short sentence can hold."""
    yield from clock_words(rules)
    if rules.days:
        yield _("on %(days)s", days=", ".join(day_word(day) for day in rules.days))
    yield from range_words(rules, "min_kwh", "max_kwh", "kWh")
    yield from range_words(rules, "min_power_kw", "max_power_kw", "kW")
    if rules.HasField("grace"):
        yield _("after %(span)s", span=duration_words(rules.grace.seconds))
    if rules.HasField("min_duration"):
        yield _("from %(span)s on", span=duration_words(rules.min_duration.seconds))
    if rules.HasField("max_duration"):
        yield _("for the first %(span)s", span=duration_words(rules.max_duration.seconds))
    if rules.current_type:
        yield _("at %(current)s", current=word(rules.current_type, "current_type"))


def clock_words(rules: Tariff.Restrictions) -> Iterator[str]:
    if rules.HasField("start_time"):
        yield _("from %(time)s", time=clock_time(rules.start_time))
    if rules.HasField("end_time"):
        yield _("to %(time)s", time=clock_time(rules.end_time))


def clock_time(time: TimeOfDay) -> str:
    return f"{time.hours:02}:{time.minutes:02}"


def range_words(rules: Message, low: str, high: str, unit: str) -> Iterator[str]:
    if rules.HasField(low):
        yield _("from %(least)s %(unit)s", least=decimal(getattr(rules, low)), unit=unit)
    if rules.HasField(high):
        yield _("up to %(most)s %(unit)s", most=decimal(getattr(rules, high)), unit=unit)
