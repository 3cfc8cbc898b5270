"""EVSEs of a charge point: the form to add or change one."""

from dataclasses import dataclass, replace
from typing import Any

from flask import Blueprint, url_for
from google.protobuf.message import Message

from ampline.v1.evse_pb2 import Evse
from portal.choices import one_of
from portal.forms import Field, Rows
from portal.kinds import Flag, Reference, Text, Whole
from portal.language import lazy
from portal.resource_form import Editor, Page

room = Blueprint("evses", __name__, url_prefix="/charge-points/<charge_point>/evses")

KILO = 1000
ID = Field(
    "evse_id", lazy("Number"), Whole(), lazy("From 1, as the charger counts. Empty: the next.")
)
FIELDS = (
    Field(
        "display_label",
        lazy("Label"),
        Text(),
        lazy("What stands on it."),
        placeholder=lazy("Left side"),
    ),
    Field("physical_reference", lazy("Printed or QR id"), Text(), lazy("Unique in the network.")),
    Field("emi3_id", lazy("EVSE id for roaming"), Text(), placeholder="NL*AMP*E0042*1"),
    Field("current_type", lazy("Current"), one_of("current_type", empty=lazy("Not known"))),
    Field("max_power_w", lazy("Most power"), Whole(factor=KILO), unit="kW"),
    Field("max_current_a", lazy("Most current"), Whole(), lazy("Per phase."), unit="A"),
    Field("max_voltage_v", lazy("Highest voltage"), Whole(), unit="V"),
    Field("phases", lazy("Phases"), Whole(), lazy("1 or 3.")),
    Field(
        "tariff_group",
        lazy("Tariff group"),
        Reference("tariff-groups"),
        lazy("Empty: the charger's."),
    ),
    Field("state", lazy("State"), one_of("evse_state"), assumed="ENABLED"),
    Field("allows_reservation", lazy("It can be reserved"), Flag()),
)
CONNECTORS = Rows(
    "connectors",
    (
        Field("id", lazy("Number"), Whole(), required=True, assumed="1"),
        Field("standard", lazy("Plug"), one_of("connector_standard", empty=lazy("Not known"))),
        Field("format", lazy("Cable"), one_of("connector_format", empty=lazy("Not known"))),
        Field(
            "ocpp16_connector_id",
            lazy("connectorId in OCPP 1.6"),
            Whole(),
            lazy("Where it is not the EVSE's number."),
        ),
    ),
)


@dataclass(frozen=True)
class EvseEditor(Editor):
    """An editor for resources that have a parent: it names the parent in each call."""

    charge_point: str = ""

    def request(self, verb: str, **values: Any) -> Any:
        if verb == "Create":
            values["parent"] = self.charge_point
        return super().request(verb, **values)

    def address(self, endpoint: str, **values: Any) -> str:
        key = self.charge_point.partition("/")[2]
        return url_for(f"evses.{endpoint}", charge_point=key, **values)

    def home(self) -> str:
        return url_for("charge_points.page", key=self.charge_point.partition("/")[2])

    def after(self, resource: Message) -> str:
        return self.home()


EDITOR = EvseEditor(
    room=room,
    collection="evses",
    resource=Evse,
    service=lambda api: api.evses,
    fields=FIELDS,
    rows=(CONNECTORS,),
    id_field=ID,
    deletes=lazy("Its connectors go with it. One that sessions refer to cannot be deleted."),
)


def editor(charge_point: str) -> Editor:
    """The editor of the EVSEs of this charge point."""
    name = f"chargePoints/{charge_point}"
    return replace(EDITOR, charge_point=name, collection=f"{name}/evses")


@room.get("/new")
def new(charge_point: str) -> Page:
    return editor(charge_point).new()


@room.post("/new")
def create(charge_point: str) -> Page:
    return editor(charge_point).create()


@room.get("/<key>/edit")
def edit(charge_point: str, key: str) -> Page:
    return editor(charge_point).edit(key)


@room.post("/<key>/edit")
def update(charge_point: str, key: str) -> Page:
    return editor(charge_point).update(key)


@room.route("/<key>/delete", methods=["GET", "POST"])
def delete(charge_point: str, key: str) -> Page:
    return editor(charge_point).delete(key)
