"""API keys: the list, the page of each, and the form; a new one's secret is shown once."""

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, render_template, url_for

from ampline.v1.api_key_pb2 import (
    ApiKey,
    GetApiKeyRequest,
    ListApiKeysRequest,
    RevokeApiKeyRequest,
)
from ampline.v1.audit_entry_pb2 import ListAuditEntriesRequest
from portal.action_form import Action, run_action
from portal.auth import api
from portal.choices import one_of, some_of
from portal.formats import is_past
from portal.forms import Field, Form
from portal.kinds import Flag, Reference, Text, Whole
from portal.language import _, lazy
from portal.listing import asked, choice
from portal.resource_form import Editor, Page
from portal.time_kinds import Moment
from portal.words import Status
from portal.zones import zoned

room = Blueprint("api_keys", __name__, url_prefix="/api-keys")

FILTERS = (
    choice("role", lazy("Role"), one_of("role", empty=lazy("Any"))),
    Field("partner", lazy("Partner"), Reference("partners"), placeholder=lazy("Any")),
    Field("external_id", lazy("Your own id"), Text("search")),
)
# What whoever calls has anyway.
EVERYBODYS = ("PERMISSION_ANYONE", "PERMISSION_KNOWN_CALLER")
PARTNER = Field(
    "partner",
    lazy("Partner"),
    Reference("partners"),
    lazy("Needed for partners' roles, and for no others."),
)
FIELDS = (
    Field(
        "display_name", lazy("What it is for"), Text(), required=True, placeholder=lazy("Billing")
    ),
    Field("role", lazy("Role"), one_of("role"), required=True, assumed="SERVICE"),
    Field(
        "expire_time", zoned("Good until (%(zone)s)"), Moment(), lazy("Empty: until it is revoked.")
    ),
    Field(
        "calls_per_second",
        lazy("Calls a second"),
        Whole(),
        lazy("Empty: as the server is set. 0: any."),
    ),
    Field("external_id", lazy("Your own id"), Text()),
    Field("may_choose_ids", lazy("A partner's key may choose the ids of what it creates"), Flag()),
    Field(
        "permissions",
        lazy("All that it may do of what its role may; none ticked: all of it"),
        some_of("permission", leave_out=EVERYBODYS),
        wide=True,
    ),
)


@dataclass(frozen=True)
class KeyEditor(Editor):
    """An editor that shows the secret of a new key: the API tells it this once."""

    def created(self, resource: Any) -> Page:
        return render_template("api_keys/secret.html", key=resource)


KeyEditor(
    room=room,
    collection="apiKeys",
    resource=ApiKey,
    service=lambda api: api.api_keys,
    fields=FIELDS,
    at_creation=(PARTNER,),
    deletes=lazy(
        "Programs that call with it are refused from then on, and it is gone from the list."
    ),
).add_pages()


@room.app_template_filter("key_status")
def key_status(key: ApiKey) -> Status:
    """Whether it still opens anything."""
    if key.HasField("revoke_time"):
        return Status(_("Revoked"), "bad")
    return (
        Status(_("Expired"), "warn") if is_past(key.expire_time) else Status(_("In force"), "good")
    )


@room.get("")
def index() -> str:
    listing, filters = asked(ListApiKeysRequest(order_by="display_name"), FILTERS)
    answer = api().api_keys.ListApiKeys(listing)
    return render_template("api_keys/index.html", answer=answer, filters=filters)


@room.get("/<key>")
def page(key: str) -> str:
    name = f"apiKeys/{key}"
    calls = ListAuditEntriesRequest(principal=name, page_size=8)
    return render_template(
        "api_keys/page.html",
        key=api().api_keys.GetApiKey(GetApiKeyRequest(name=name)),
        entries=api().audit.ListAuditEntries(calls).audit_entries,
    )


@room.route("/<key>/revoke", methods=["GET", "POST"])
def revoke(key: str) -> Page:
    def run(form: Form, request_id: str) -> str:
        wanted = RevokeApiKeyRequest(name=f"apiKeys/{key}", request_id=request_id)
        api().api_keys.RevokeApiKey(wanted)
        return _("It is worthless now; on other nodes within five seconds.")

    text = _("Programs that call with it are refused from then on. It cannot be brought back.")
    action = Action(_("Revoke this key?"), _("Revoke"), run, text, danger=True)
    return run_action(action, url_for(".page", key=key))
