"""Electricity rates: the list, the form with its prices by the clock, and the week of each."""

from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, render_template
from google.type.dayofweek_pb2 import DayOfWeek

from ampline.v1.electricity_rate_pb2 import (
    ElectricityRate,
    GetElectricityRateRequest,
    ListElectricityRatesRequest,
    ListElectricityRateVersionsRequest,
    LookupElectricityRateRequest,
    LookupElectricityRateResponse,
)
from portal.auth import api
from portal.choices import one_of
from portal.formats import zone_of
from portal.forms import Field, Rows
from portal.kinds import Exact, Money, Reference, Several, Text
from portal.language import lazy
from portal.listing import asked, search
from portal.price_curve import by_day, drawn, pieces, week_around
from portal.resource_form import Editor
from portal.time_kinds import ClockTime, Day, days

room = Blueprint("electricity_rates", __name__, url_prefix="/electricity-rates")

VERSIONS_SHOWN = 10
FILTERS = (
    search(placeholder=lazy("Name")),
    Field("currency", lazy("Currency"), Text(), placeholder="EUR"),
)
ID = Field(
    "electricity_rate_id",
    lazy("Id"),
    Text(),
    lazy("Empty: one is made. It cannot be changed later."),
)
FIELDS = (
    Field(
        "display_name", lazy("Name"), Text(), required=True, placeholder=lazy("Day and night 2026")
    ),
    Field(
        "currency",
        lazy("Currency"),
        Text(),
        lazy("It never changes."),
        required=True,
        assumed="EUR",
    ),
    Field(
        "default_price",
        lazy("Price of a kWh"),
        Money(),
        lazy("Where no period holds."),
        required=True,
    ),
    Field("tax_percent", lazy("Tax"), Exact(), unit="%"),
    Field("time_zone", lazy("Time zone"), Reference("time-zones"), placeholder="UTC"),
    Field("external_id", lazy("Your own id"), Text()),
    Field("partner", lazy("Partner"), Reference("partners"), lazy("Whose it is. Empty: yours.")),
)
PERIODS = Rows(
    "price_periods",
    (
        Field(
            "price", lazy("Price of a kWh"), Money(), lazy("Below zero, too."), placeholder="0.21"
        ),
        Field("start_time", lazy("From"), ClockTime(), assumed="22:00"),
        Field(
            "end_time",
            lazy("To"),
            ClockTime(),
            lazy("24:00 is the end of the day."),
            assumed="24:00",
        ),
        Field("date", lazy("On this one date"), Day(), lazy("It wins over weekdays.")),
        Field(
            "weekdays",
            lazy("Or on"),
            Several(days, DayOfWeek.Value, DayOfWeek.Name),
            wide=True,
        ),
    ),
)
MIX = Rows(
    "energy_mix",
    (
        Field("source", lazy("Source"), one_of("energy_source"), assumed="WIND"),
        Field("percent", lazy("Part"), Exact(), unit="%"),
    ),
)

Editor(
    room=room,
    collection="electricityRates",
    resource=ElectricityRate,
    service=lambda api: api.electricity_rates,
    fields=FIELDS,
    rows=(PERIODS, MIX),
    id_field=ID,
    permission="SET_PRICES",
    deletes=lazy(
        "Its versions stay, for what was priced by them. One that is in use stays itself."
    ),
).add_pages()


@room.get("")
def index() -> str:
    listing, filters = asked(ListElectricityRatesRequest(order_by="display_name"), FILTERS)
    answer = api().electricity_rates.ListElectricityRates(listing)
    items = answer.electricity_rates
    return render_template(
        "electricity_rates/index.html",
        answer=answer,
        items=items,
        filters=filters,
        price_now=lambda name: looked_up(name).price,
    )


@room.get("/<key>")
def page(key: str) -> str:
    name = f"electricityRates/{key}"
    rate = api().electricity_rates.GetElectricityRate(GetElectricityRateRequest(name=name))
    versions = ListElectricityRateVersionsRequest(parent=name, page_size=VERSIONS_SHOWN)
    return render_template(
        "electricity_rates/page.html",
        rate=rate,
        zone=rate.time_zone or "UTC",
        versions=api().electricity_rates.ListElectricityRateVersions(versions).versions,
        **week(rate),
    )


def week(rate: ElectricityRate) -> dict[str, Any]:
    """The price now, and the week around it as a line and in words."""
    zone = rate.time_zone or "UTC"
    now = datetime.now(zone_of(zone))
    start, end = week_around(now)
    answer = looked_up(rate.name, start.astimezone(UTC), end.astimezone(UTC))
    parts = pieces(answer.curve, zone)
    holding = next((piece for piece in parts if piece.start <= now < piece.end), None)
    return {
        "answer": answer,
        "curve": drawn(parts, start, end, now),
        "days": by_day(parts),
        "today": now.date(),
        "holding": holding,
        "start": start,
    }


def looked_up(
    name: str, start: datetime | None = None, end: datetime | None = None
) -> LookupElectricityRateResponse:
    """What it costs now, and from `start` to `end`."""
    wanted = LookupElectricityRateRequest(name=name)
    if start and end:
        wanted.start_time.FromDatetime(start)
        wanted.end_time.FromDatetime(end)
    return api().electricity_rates.LookupElectricityRate(wanted)
