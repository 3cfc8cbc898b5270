"""Tariff groups: the list, and the form with the ordered entries: who pays which tariff."""

from flask import Blueprint, render_template

from ampline.v1.tariff_group_pb2 import ListTariffGroupsRequest, TariffGroup
from portal.auth import api
from portal.choices import some_of
from portal.forms import Field, Rows
from portal.kinds import Flag, Reference, Text
from portal.language import lazy
from portal.listing import asked, search
from portal.resource_form import Editor
from portal.time_kinds import Day

room = Blueprint("tariff_groups", __name__, url_prefix="/tariff-groups")

FILTERS = (search(placeholder=lazy("Name")),)
ID = Field(
    "tariff_group_id", lazy("Id"), Text(), lazy("Empty: one is made. It cannot be changed later.")
)
FIELDS = (
    Field("display_name", lazy("Name"), Text(), required=True, placeholder=lazy("Standard")),
    Field("external_id", lazy("Your own id"), Text()),
    Field(
        "operator_default",
        lazy("For every EVSE that has no group of its own, nor its charger or location"),
        Flag(),
        wide=True,
    ),
)
ENTRIES = Rows(
    "entries",
    (
        Field("tariff", lazy("Tariff"), Reference("tariffs"), required=True),
        Field(
            "audience.sorts",
            lazy("For"),
            some_of("audience_sort"),
            lazy("None marked: for everyone."),
            wide=True,
        ),
        Field("audience.start_date", lazy("From"), Day()),
        Field("audience.end_date", lazy("Until before"), Day()),
    ),
)

Editor(
    room=room,
    collection="tariffGroups",
    resource=TariffGroup,
    service=lambda api: api.tariff_groups,
    fields=FIELDS,
    rows=(ENTRIES,),
    id_field=ID,
    starts=lambda: TariffGroup(entries=[TariffGroup.Entry()]),
    deletes=lazy(
        "Its tariffs stay. One that EVSEs, chargers or locations refer to cannot be deleted."
    ),
).add_pages()


@room.get("")
def index() -> str:
    listing, filters = asked(ListTariffGroupsRequest(), FILTERS)
    answer = api().tariff_groups.ListTariffGroups(listing)
    return render_template("tariff_groups/index.html", answer=answer, filters=filters)
