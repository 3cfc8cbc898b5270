"""Charge points: the list, the page of each, and the form to register or change one."""

from flask import Blueprint, render_template, request

from ampline.v1.charge_point_pb2 import (
    ChargePoint,
    GetChargePointRequest,
    ListChargePointsRequest,
)
from ampline.v1.evse_pb2 import ListEvsesRequest
from ampline.v1.session_pb2 import ListSessionsRequest
from portal.auth import api
from portal.choices import one_of
from portal.forms import Field
from portal.kinds import Flag, Perhaps, Reference, Text
from portal.language import lazy
from portal.listing import asked, choice, if_seen, search
from portal.needs_words import needs_words
from portal.resource_form import Editor

room = Blueprint("charge_points", __name__, url_prefix="/charge-points")
room.add_app_template_filter(needs_words)

FILTERS = (
    search(placeholder=lazy("Name or id")),
    choice("network_status", lazy("Network"), one_of("network_status", empty=lazy("Any"))),
    choice("hardware_status", lazy("Hardware"), one_of("hardware_status", empty=lazy("Any"))),
    choice("state", lazy("State"), one_of("charge_point_state", empty=lazy("Any"))),
    Field("location", lazy("Location"), Reference("locations"), placeholder=lazy("Any")),
)
ID = Field(
    "charge_point_id",
    lazy("Id and OCPP identity"),
    Text(),
    lazy(
        "The last part of the address that the charger connects to; it cannot be changed later."
        " Letters, digits and * - _ = + | @ ."
    ),
    placeholder="NL-AMP-0042",
)
FIELDS = (
    Field("display_name", lazy("Name"), Text(), placeholder=lazy("Car park, left row")),
    Field("location", lazy("Location"), Reference("locations"), required=True),
    Field(
        "tariff_group",
        lazy("Tariff group"),
        Reference("tariff-groups"),
        lazy("Empty: the location's."),
    ),
    Field("kind", lazy("Who may use it"), one_of("charge_point_kind"), assumed="PUBLIC"),
    Field("owner", lazy("Owner"), Reference("users"), lazy("Of a personal charger.")),
    Field("state", lazy("State"), one_of("charge_point_state"), assumed="ENABLED"),
    Field(
        "security_profile",
        lazy("Security profile, at least"),
        one_of("security_profile"),
        assumed="UNSECURED_BASIC_AUTH",
    ),
    Field(
        "strict_ocpp",
        lazy("Messages that break the OCPP schemas"),
        Perhaps(lazy("Refuse"), lazy("Repair where possible"), lazy("As the server is set")),
    ),
    Field(
        "default_ocpp_version",
        lazy("Speaks, where it offers no version"),
        one_of("ocpp_version", empty=lazy("It is sent away")),
    ),
    Field(
        "pinged",
        lazy("Pings while it is silent"),
        Perhaps(lazy("Yes"), lazy("No, it takes them badly"), lazy("As is known of its model")),
    ),
    Field(
        "clock_time_zone",
        lazy("Time zone of its clock"),
        Reference("time-zones"),
        lazy("For times that it tells without an offset. Empty: UTC."),
    ),
    Field(
        "configuration_reading",
        lazy("Read its configuration after a boot"),
        one_of("configuration_reading", empty=lazy("As the server is set")),
    ),
    Field(
        "configuration_template",
        lazy("Configuration template"),
        Reference("configuration-templates"),
        lazy("The settings that it is to have."),
    ),
    Field(
        "electricity_rate",
        lazy("Electricity rate"),
        Reference("electricity-rates"),
        lazy("What a kWh costs you here."),
    ),
    Field("partner", lazy("Partner"), Reference("partners"), lazy("Whose it is. Empty: yours.")),
    Field("external_id", lazy("Your own id"), Text()),
    Field("auto_start", lazy("Anyone may charge, without a card"), Flag()),
)
PASSWORD = Field(
    "password",
    lazy("Password"),
    Text("password"),
    lazy("16 to 40 characters, as set in the charger."),
)

Editor(
    room=room,
    collection="chargePoints",
    resource=ChargePoint,
    service=lambda api: api.charge_points,
    fields=(*FIELDS, PASSWORD),
    id_field=ID,
    unsaid_keeps=frozenset({PASSWORD.path}),
    deletes=lazy(
        "The charger will no longer be let in. One that sessions refer to cannot be deleted."
    ),
).add_pages()


@room.get("")
def index() -> str:
    listing, filters = asked(ListChargePointsRequest(order_by="display_name"), FILTERS)
    return render_template(
        "charge_points/index.html",
        answer=api().charge_points.ListChargePoints(listing),
        filters=filters,
    )


@room.get("/<key>")
def page(key: str) -> str:
    name = f"chargePoints/{key}"
    charger = api().charge_points.GetChargePoint(GetChargePointRequest(name=name))
    evses = ListEvsesRequest(parent=name, page_size=200)
    sessions = ListSessionsRequest(charge_point=name, page_size=8)
    return render_template(
        "charge_points/page.html",
        charger=charger,
        evses=api().evses.ListEvses(evses).evses,
        sessions=if_seen(sessions),
        connect_address=connect_address(charger),
    )


def connect_address(charger: ChargePoint) -> str:
    """Where the charger connects to, seen from this browser."""
    identity = charger.ocpp_identity or charger.name.partition("/")[2]
    return f"{'wss' if request.is_secure else 'ws'}://{request.host}/ocpp/{identity}"
