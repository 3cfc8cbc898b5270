"""Partners: the list, the form with its contract, and the page of each."""

from flask import Blueprint, render_template

from ampline.v1.charge_point_pb2 import ListChargePointsRequest
from ampline.v1.corporate_bill_pb2 import ListCorporateBillsRequest
from ampline.v1.location_pb2 import ListLocationsRequest
from ampline.v1.partner_pb2 import GetPartnerRequest, ListPartnersRequest, Partner
from ampline.v1.settlement_pb2 import ListSettlementsRequest
from ampline.v1.user_pb2 import ListUsersRequest
from portal.auth import api
from portal.choices import one_of, some_of
from portal.forms import Field, Rows
from portal.kinds import Exact, Flag, Lines, Money, Reference, Text
from portal.language import lazy
from portal.listing import asked, choice, if_seen, search
from portal.resource_form import Editor
from portal.time_kinds import Day

room = Blueprint("partners", __name__, url_prefix="/partners")

MOST_SHOWN = 8
MONTHS_SHOWN = 24
FILTERS = (
    search(placeholder=lazy("Name or number")),
    choice("kind", lazy("Kind"), one_of("partner_kind", empty=lazy("Any"))),
)
ID = Field(
    "partner_id", lazy("Id"), Text(), lazy("Empty: one is made. It cannot be changed later.")
)
FIELDS = (
    Field("display_name", lazy("Name"), Text(), required=True, placeholder=lazy("City Works")),
    Field("kind", lazy("What it is to you"), one_of("partner_kind"), assumed="SITE_HOST"),
    Field("legal_name", lazy("Name in contracts"), Text()),
    Field("registration_number", lazy("Number in the register of companies"), Text()),
    Field("vat_number", lazy("VAT number"), Text()),
    Field("external_id", lazy("Your own id"), Text()),
    Field(
        "time_zone",
        lazy("Time zone"),
        Reference("time-zones"),
        lazy("That its months are of. Empty: yours."),
    ),
    Field("address.address_lines", lazy("Street and number"), Lines()),
    Field("address.postal_code", lazy("Postal code"), Text()),
    Field("address.locality", lazy("City"), Text()),
    Field("address.region_code", lazy("Country"), Text(), lazy("Two letters."), placeholder="NL"),
    Field(
        "access",
        lazy("What its people and programs may do, with what is its own"),
        some_of("partner_access"),
        wide=True,
    ),
    Field(
        "contract.currency",
        lazy("Currency"),
        Text(),
        lazy("What is earned in another is not shared. It is that of the limit below, too."),
        placeholder="EUR",
    ),
    Field("contract.ac_revenue_share_percent", lazy("Its share at AC"), Exact(), unit="%"),
    Field("contract.dc_revenue_share_percent", lazy("Its share at DC"), Exact(), unit="%"),
    Field("contract.fee_per_session", lazy("You keep of each session"), Money()),
    Field("contract.fee_per_kwh", lazy("You keep of each kWh"), Money()),
    Field("contract.fee_per_month", lazy("It pays each month"), Money()),
    Field("contract.start_date", lazy("In force from"), Day(), lazy("Empty: from ever.")),
    Field("contract.end_date", lazy("Until before"), Day(), lazy("Empty: for ever.")),
    Field(
        "corporate_billing.enabled",
        lazy("It pays for its users' sessions, where they are to"),
        Flag(),
    ),
    Field(
        "corporate_billing.monthly_limit",
        lazy("In a month at most"),
        Money(),
        lazy("Empty: no limit."),
    ),
)
CONTACTS = Rows(
    "contacts",
    (
        Field("display_name", lazy("Name"), Text()),
        Field("purpose", lazy("What for"), one_of("contact_purpose", empty=lazy("Anything"))),
        Field("email", lazy("E-mail address"), Text("email")),
        Field("phone", lazy("Phone"), Text("tel")),
    ),
)

Editor(
    room=room,
    collection="partners",
    resource=Partner,
    service=lambda api: api.partners,
    fields=FIELDS,
    rows=(CONTACTS,),
    id_field=ID,
    currency="contract.currency",
    permission="ADMINISTER",
    deletes=lazy("One that anything belongs to cannot be deleted."),
).add_pages()


@room.get("")
def index() -> str:
    listing, filters = asked(ListPartnersRequest(order_by="display_name"), FILTERS)
    answer = api().partners.ListPartners(listing)
    return render_template(
        "partners/index.html", answer=answer, items=answer.partners, filters=filters
    )


@room.get("/<key>")
def page(key: str) -> str:
    name = f"partners/{key}"
    chargers = ListChargePointsRequest(partner=name, page_size=MOST_SHOWN)
    locations = ListLocationsRequest(partner=name, page_size=MOST_SHOWN)
    users = ListUsersRequest(partner=name, page_size=MOST_SHOWN)
    reports = ListSettlementsRequest(parent=name, page_size=MONTHS_SHOWN)
    bills = ListCorporateBillsRequest(parent=name, page_size=MONTHS_SHOWN)
    return render_template(
        "partners/page.html",
        partner=api().partners.GetPartner(GetPartnerRequest(name=name)),
        chargers=if_seen(chargers),
        locations=api().locations.ListLocations(locations).locations,
        users=api().users.ListUsers(users).users,
        reports=api().settlements.ListSettlements(reports).settlements,
        bills=api().corporate_bills.ListCorporateBills(bills).corporate_bills,
    )
