"""Operators: who signs in here, with which role; the list, the page of each, and the form."""

from flask import Blueprint, render_template

from ampline.v1.audit_entry_pb2 import ListAuditEntriesRequest
from ampline.v1.portal_operator_pb2 import (
    GetPortalOperatorRequest,
    ListPortalOperatorsRequest,
    PortalOperator,
)
from portal.auth import api
from portal.choices import one_of
from portal.forms import Field
from portal.kinds import Flag, Reference, Text
from portal.language import lazy
from portal.listing import asked, choice
from portal.resource_form import Editor

room = Blueprint("operators", __name__, url_prefix="/operators")

FILTERS = (
    Field("username", lazy("User name"), Text("search")),
    choice("role", lazy("Role"), one_of("role", empty=lazy("Any"))),
    choice("state", lazy("State"), one_of("operator_state", empty=lazy("Any"))),
    Field("partner", lazy("Partner"), Reference("partners"), placeholder=lazy("Any")),
)
PARTNER = Field(
    "partner",
    lazy("Partner"),
    Reference("partners"),
    lazy("Needed for partners' roles, and for no others."),
)
PASSWORD = Field(
    "password",
    lazy("Password"),
    Text("password"),
    lazy("At least 10 characters. A new one signs out everywhere; empty: it stays as it is."),
)
FIELDS = (
    Field("username", lazy("User name"), Text(), required=True, placeholder="ada"),
    Field("display_name", lazy("Name"), Text(), placeholder=lazy("Ada Lovelace")),
    Field(
        "role",
        lazy("Role"),
        one_of("role", leave_out=("SERVICE",)),
        required=True,
        assumed="VIEWER",
    ),
    Field("state", lazy("State"), one_of("operator_state"), assumed="ENABLED"),
    PASSWORD,
    Field("external_id", lazy("Your own id"), Text()),
    Field(
        "may_choose_ids", lazy("A partner's operator may choose ids of what they create"), Flag()
    ),
)

Editor(
    room=room,
    collection="portalOperators",
    resource=PortalOperator,
    service=lambda api: api.portal_operators,
    fields=FIELDS,
    at_creation=(PARTNER,),
    unsaid_keeps=frozenset({PASSWORD.path}),
    deletes=lazy("They are signed out everywhere. What they did stays in the audit."),
).add_pages()


@room.get("")
def index() -> str:
    listing, filters = asked(ListPortalOperatorsRequest(order_by="username"), FILTERS)
    answer = api().portal_operators.ListPortalOperators(listing)
    return render_template("operators/index.html", answer=answer, filters=filters)


@room.get("/<key>")
def page(key: str) -> str:
    name = f"portalOperators/{key}"
    calls = ListAuditEntriesRequest(principal=name, page_size=8)
    return render_template(
        "operators/page.html",
        somebody=api().portal_operators.GetPortalOperator(GetPortalOperatorRequest(name=name)),
        entries=api().audit.ListAuditEntries(calls).audit_entries,
    )
