"""Vendor error codes: what the codes that chargers send mean, for mechanics and for drivers."""

from flask import Blueprint, render_template

from ampline.v1.vendor_error_code_pb2 import ListVendorErrorCodesRequest, VendorErrorCode
from portal.auth import api
from portal.choices import one_of
from portal.forms import Field
from portal.kinds import Text, Texts
from portal.language import lazy
from portal.listing import asked, choice, search
from portal.resource_form import Editor

room = Blueprint("vendor_error_codes", __name__, url_prefix="/vendor-error-codes")

FILTERS = (
    search(placeholder=lazy("Vendor, code or title")),
    Field("vendor_id", lazy("Vendor"), Text(), placeholder=lazy("Whole name")),
    choice("severity", lazy("How bad"), one_of("severity", empty=lazy("Any"))),
)
ID = Field(
    "vendor_error_code_id",
    lazy("Id"),
    Text(),
    lazy("Empty: one is made. It cannot be changed later."),
)
FIELDS = (
    Field(
        "vendor_id",
        lazy("Vendor"),
        Text(),
        lazy("As its chargers name it, in the status or in the boot. Capitals do not matter."),
        required=True,
        placeholder=lazy("Alfen BV"),
    ),
    Field("error_code", lazy("Code"), Text(), lazy("As its chargers send it."), required=True),
    Field("severity", lazy("How bad"), one_of("severity", empty=lazy("Not said"))),
    Field("external_id", lazy("Your own id"), Text()),
    Field("title", lazy("In a few words, in English"), Texts("text"), wide=True),
    Field("description", lazy("In full, for those who mend it, in English"), Texts(), wide=True),
    Field("customer_action", lazy("What a driver can do, in English"), Texts(), wide=True),
)

Editor(
    room=room,
    collection="vendorErrorCodes",
    resource=VendorErrorCode,
    service=lambda api: api.vendor_error_codes,
    fields=FIELDS,
    id_field=ID,
    deletes=lazy("Faults that have it are shown without its words."),
).add_pages()


@room.get("")
def index() -> str:
    listing, filters = asked(ListVendorErrorCodesRequest(), FILTERS)
    answer = api().vendor_error_codes.ListVendorErrorCodes(listing)
    items = answer.vendor_error_codes
    return render_template(
        "vendor_error_codes/index.html", answer=answer, items=items, filters=filters
    )
