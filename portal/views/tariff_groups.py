"""Tariff groups: the list, the form with the ordered entries, the page of each; who pays what."""

from dataclasses import dataclass

from flask import Blueprint, render_template, request

from ampline import AmplineError
from ampline.v1.tariff_group_pb2 import (
    GetTariffGroupRequest,
    ListTariffGroupsRequest,
    ResolveTariffRequest,
    TariffGroup,
)
from portal.auth import api
from portal.choices import some_of
from portal.forms import Field, Form, Rows
from portal.kinds import Flag, Reference, References, Text, Whole
from portal.language import lazy
from portal.listing import asked, search
from portal.lookups import tariff
from portal.resource_form import Editor
from portal.time_kinds import Day, Moment
from portal.zones import zoned

room = Blueprint("tariff_groups", __name__, url_prefix="/tariff-groups")

FILTERS = (search(placeholder=lazy("Name")),)
ID = Field(
    "tariff_group_id", lazy("Id"), Text(), lazy("Empty: one is made. It cannot be changed later.")
)
FIELDS = (
    Field("display_name", lazy("Name"), Text(), required=True, placeholder=lazy("Standard")),
    Field("external_id", lazy("Your own id"), Text()),
    Field("partner", lazy("Partner"), Reference("partners"), lazy("Whose it is. Empty: yours.")),
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
        Field("audience.user_groups", lazy("For members of"), References("user-groups")),
        Field("audience.partners", lazy("For users of"), References("partners")),
        Field("audience.subscription_plans", lazy("Who has"), References("subscription-plans")),
        Field(
            "audience.sorts",
            lazy("For"),
            some_of("audience_sort"),
            lazy("Every kind that is given must match. Nothing given: for everyone."),
            wide=True,
        ),
        Field("audience.start_date", lazy("From"), Day()),
        Field("audience.end_date", lazy("Until before"), Day()),
    ),
)
WHO = (
    Field("charge_point", lazy("Charge point"), Reference("charge-points"), required=True),
    Field("evse", lazy("EVSE"), Whole(), assumed="1"),
    Field("user", lazy("Who"), Reference("users"), placeholder=lazy("Nobody we know")),
    Field("start_time", zoned("Beginning (%(zone)s)"), Moment()),
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
    permission="SET_PRICES",
    deletes=lazy(
        "Its tariffs stay. One that EVSEs, chargers or locations refer to cannot be deleted."
    ),
).add_pages()


@room.get("")
def index() -> str:
    listing, filters = asked(ListTariffGroupsRequest(), FILTERS)
    answer = api().tariff_groups.ListTariffGroups(listing)
    return render_template("tariff_groups/index.html", answer=answer, filters=filters)


@room.get("/<key>")
def page(key: str) -> str:
    return render_template("tariff_groups/page.html", group=read(f"tariffGroups/{key}"))


def read(name: str) -> TariffGroup:
    return api().tariff_groups.GetTariffGroup(GetTariffGroupRequest(name=name))


@dataclass(frozen=True)
class Choice:
    """What somebody would pay, and why; of no tariff where a start is refused."""

    tariff: str
    reason: str
    group: TariffGroup
    entry: int


@room.get("/who-pays-what")
def who_pays() -> str:
    """Which tariff somebody would pay at an EVSE, and by which entry of which group."""
    form = Form(WHO).submitted(request.args.to_dict(flat=False))
    choice = chosen(form) if form.texts.get("charge_point") else None
    return render_template(
        "tariff_groups/who_pays.html",
        form=form,
        choice=choice,
        tariff=tariff(choice.tariff) if choice and choice.tariff else None,
    )


def chosen(form: Form) -> Choice | None:
    wanted = ResolveTariffRequest()
    form.into(wanted, ("user", "start_time"))
    number = form.texts.get("evse") or "1"
    wanted.evse = f"{form.texts['charge_point']}/evses/{number}"
    if form.errors:
        return None
    try:
        told = api().tariff_groups.ResolveTariff(wanted)
    except AmplineError as error:
        form.refused(error, "")
        return None
    group = read(told.tariff_group) if told.tariff_group else TariffGroup()
    return Choice(told.tariff, told.reason, group, told.entry_index)
