"""Locations: the list, the page of each, and the form."""

from flask import Blueprint, render_template
from google.type.dayofweek_pb2 import DayOfWeek

from ampline.v1.charge_point_pb2 import ListChargePointsRequest
from ampline.v1.location_pb2 import GetLocationRequest, ListLocationsRequest, Location
from portal.auth import api
from portal.choices import one_of
from portal.forms import Field, Rows
from portal.kinds import Choice, Flag, Lines, Perhaps, Real, Reference, Text, Texts
from portal.listing import PAGE_SIZE, asked, choice, search
from portal.resource_form import Editor
from portal.time_kinds import ClockTime

room = Blueprint("locations", __name__, url_prefix="/locations")

DAYS = [(name, name.capitalize()) for name, number in DayOfWeek.items() if number]
FILTERS = (
    search(placeholder="Name or city"),
    choice("state", "State", one_of("location_state", empty="Any")),
    Field("region_code", "Country", Text(), placeholder="NL"),
)
ID = Field("location_id", "Id", Text(), "Empty: one is made. It cannot be changed later.")
FIELDS = (
    Field("display_name", "Name", Text(), required=True, placeholder="Harbour Square"),
    Field("address.address_lines", "Street and number", Lines(), required=True),
    Field("address.postal_code", "Postal code", Text()),
    Field("address.locality", "City", Text()),
    Field(
        "address.region_code", "Country", Text(), "Two letters.", required=True, placeholder="NL"
    ),
    Field("position.latitude", "Latitude", Real(), required=True, placeholder="52.3702"),
    Field("position.longitude", "Longitude", Real(), required=True, placeholder="4.8952"),
    Field(
        "time_zone",
        "Time zone",
        Reference("time-zones"),
        "Tariffs and opening hours go by its clock.",
        required=True,
        placeholder="Europe/Amsterdam",
    ),
    Field("state", "State", one_of("location_state"), assumed="ENABLED"),
    Field(
        "tariff_group",
        "Tariff group",
        Reference("tariff-groups"),
        "Of all EVSEs here that have none nearer.",
    ),
    Field("parking_type", "Parking", one_of("parking_type", empty="Not known")),
    Field("contact_phone", "Phone for drivers", Text("tel")),
    Field("contact_email", "E-mail for drivers", Text("email")),
    Field("external_id", "Your own id", Text()),
    Field("description", "Description, in English", Texts(), wide=True),
    Field("directions", "How to find the chargers, in English", Texts(), wide=True),
)
HOURS = (
    Field(
        "opening_hours.always_open",
        "Open",
        Perhaps("All day, every day", "By the hours below", "Not said: always"),
    ),
    Field(
        "opening_hours.stop_sessions_at_closing", "Stop running sessions at closing time", Flag()
    ),
)
WEEK = Rows(
    "opening_hours.weekly",
    (
        Field("day", "Day", Choice(lambda: DAYS, DayOfWeek.Value, DayOfWeek.Name)),
        Field("opens", "Opens", ClockTime(), assumed="08:00"),
        Field("closes", "Closes", ClockTime(), "24:00 is the end of the day.", assumed="20:00"),
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
    deletes="One where charge points stand cannot be deleted.",
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
        chargers=api().charge_points.ListChargePoints(chargers).charge_points,
    )
