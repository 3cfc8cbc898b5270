"""Locations: the list, the page of each, and the form."""

from flask import Blueprint, render_template
from google.type.dayofweek_pb2 import DayOfWeek

from ampline.v1.charge_point_pb2 import ListChargePointsRequest
from ampline.v1.location_pb2 import GetLocationRequest, ListLocationsRequest, Location
from portal.auth import api
from portal.choices import one_of
from portal.forms import Field, Rows
from portal.kinds import Choice, Flag, Lines, Perhaps, Real, Reference, Text, Texts
from portal.language import lazy
from portal.listing import PAGE_SIZE, asked, choice, if_seen, search
from portal.resource_form import Editor
from portal.time_kinds import ClockTime, days

room = Blueprint("locations", __name__, url_prefix="/locations")

FILTERS = (
    search(placeholder=lazy("Name or city")),
    choice("state", lazy("State"), one_of("location_state", empty=lazy("Any"))),
    Field("region_code", lazy("Country"), Text(), placeholder="NL"),
)
ID = Field(
    "location_id", lazy("Id"), Text(), lazy("Empty: one is made. It cannot be changed later.")
)
FIELDS = (
    Field("display_name", lazy("Name"), Text(), required=True, placeholder=lazy("Harbour Square")),
    Field("address.address_lines", lazy("Street and number"), Lines(), required=True),
    Field("address.postal_code", lazy("Postal code"), Text()),
    Field("address.locality", lazy("City"), Text()),
    Field(
        "address.region_code",
        lazy("Country"),
        Text(),
        lazy("Two letters."),
        required=True,
        placeholder="NL",
    ),
    Field("position.latitude", lazy("Latitude"), Real(), required=True, placeholder="52.3702"),
    Field("position.longitude", lazy("Longitude"), Real(), required=True, placeholder="4.8952"),
    Field(
        "time_zone",
        lazy("Time zone"),
        Reference("time-zones"),
        lazy("Tariffs and opening hours go by its clock."),
        required=True,
        placeholder="Europe/Amsterdam",
    ),
    Field("state", lazy("State"), one_of("location_state"), assumed="ENABLED"),
    Field(
        "tariff_group",
        lazy("Tariff group"),
        Reference("tariff-groups"),
        lazy("Of all EVSEs here that have none nearer."),
    ),
    Field("parking_type", lazy("Parking"), one_of("parking_type", empty=lazy("Not known"))),
    Field("contact_phone", lazy("Phone for drivers"), Text("tel")),
    Field("contact_email", lazy("E-mail for drivers"), Text("email")),
    Field("partner", lazy("Partner"), Reference("partners"), lazy("Whose it is. Empty: yours.")),
    Field("external_id", lazy("Your own id"), Text()),
    Field("description", lazy("Description, in English"), Texts(), wide=True),
    Field("directions", lazy("How to find the chargers, in English"), Texts(), wide=True),
)
HOURS = (
    Field(
        "opening_hours.always_open",
        lazy("Open"),
        Perhaps(lazy("All day, every day"), lazy("By the hours below"), lazy("Not said: always")),
    ),
    Field(
        "opening_hours.stop_sessions_at_closing",
        lazy("Stop running sessions at closing time"),
        Flag(),
    ),
)
WEEK = Rows(
    "opening_hours.weekly",
    (
        Field("day", lazy("Day"), Choice(days, DayOfWeek.Value, DayOfWeek.Name)),
        Field("opens", lazy("Opens"), ClockTime(), assumed="08:00"),
        Field(
            "closes",
            lazy("Closes"),
            ClockTime(),
            lazy("24:00 is the end of the day."),
            assumed="20:00",
        ),
    ),
)

Editor(
    room=room,
    collection="locations",
    resource=Location,
    service=lambda api: api.locations,
    fields=(*FIELDS, *HOURS),
    rows=(WEEK,),
    id_field=ID,
    deletes=lazy("One where charge points stand cannot be deleted."),
).add_pages()


@room.get("")
def index() -> str:
    listing, filters = asked(ListLocationsRequest(order_by="display_name"), FILTERS)
    return render_template(
        "locations/index.html", answer=api().locations.ListLocations(listing), filters=filters
    )


@room.get("/<key>")
def page(key: str) -> str:
    name = f"locations/{key}"
    chargers = ListChargePointsRequest(location=name, page_size=PAGE_SIZE, order_by="display_name")
    return render_template(
        "locations/page.html",
        location=api().locations.GetLocation(GetLocationRequest(name=name)),
        chargers=if_seen(chargers),
    )
