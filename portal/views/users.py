"""Users: the list, their form, the page of each with all that is theirs."""

from flask import Blueprint, render_template

from ampline.v1.balance_entry_pb2 import ListBalanceEntriesRequest
from ampline.v1.id_tag_pb2 import ListIdTagsRequest
from ampline.v1.receipt_pb2 import ListReceiptsRequest
from ampline.v1.reservation_pb2 import ListReservationsRequest, Reservation
from ampline.v1.session_pb2 import ListSessionsRequest
from ampline.v1.subscription_pb2 import ListSubscriptionsRequest
from ampline.v1.transaction_pb2 import ListTransactionsRequest
from ampline.v1.user_pb2 import (
    GetUserRequest,
    ListUsersRequest,
    User,
)
from portal.auth import api
from portal.choices import one_of
from portal.forms import Field
from portal.kinds import Lines, Reference, References, Text
from portal.language import lazy
from portal.listing import PAGE_SIZE, asked, choice, if_seen, search
from portal.resource_form import Editor

room = Blueprint("users", __name__, url_prefix="/users")

FILTERS = (
    search(placeholder=lazy("Name, e-mail or company")),
    choice("state", lazy("State"), one_of("user_state", empty=lazy("Any"))),
    Field("group", lazy("User group"), Reference("user-groups"), placeholder=lazy("Any")),
    Field("partner", lazy("Partner"), Reference("partners"), placeholder=lazy("Any")),
)
ID = Field("user_id", lazy("Id"), Text(), lazy("Empty: one is made. It cannot be changed later."))
FIELDS = (
    Field("email", lazy("E-mail address"), Text("email"), required=True),
    Field("given_name", lazy("Given name"), Text()),
    Field("family_name", lazy("Family name"), Text()),
    Field("phone", lazy("Phone"), Text("tel")),
    Field("company", lazy("Company"), Text()),
    Field("language_code", lazy("Language"), Text(), lazy("To write in, such as en or de-CH.")),
    Field(
        "concurrency", lazy("Sessions at a time"), one_of("user_concurrency"), assumed="ONE_PER_TAG"
    ),
    Field("payment_preference", lazy("Who pays"), one_of("payment_preference"), assumed="BALANCE"),
    Field(
        "currency",
        lazy("Currency of the balance"),
        Text(),
        lazy("Empty: the operator's. Fixed after the first booking."),
        placeholder="EUR",
    ),
    Field(
        "groups",
        lazy("User groups"),
        References("user-groups"),
        lazy("What they may have and pay."),
    ),
    Field(
        "partner",
        lazy("Partner"),
        Reference("partners"),
        lazy("Whose user: a fleet's. Empty: yours."),
    ),
    Field("external_id", lazy("Your own id"), Text()),
    Field("address.address_lines", lazy("Street and number"), Lines()),
    Field("address.postal_code", lazy("Postal code"), Text()),
    Field("address.locality", lazy("City"), Text()),
    Field("address.region_code", lazy("Country"), Text(), lazy("Two letters."), placeholder="NL"),
)

Editor(
    room=room,
    collection="users",
    resource=User,
    service=lambda api: api.users,
    fields=FIELDS,
    id_field=ID,
    deletes=lazy(
        "Name, address and contacts are removed for good; sessions and ledger stay under a"
        " pseudonym. Refused while a session runs or money is owed."
    ),
).add_pages()


@room.get("")
def index() -> str:
    listing, filters = asked(ListUsersRequest(), FILTERS)
    return render_template(
        "users/index.html", answer=api().users.ListUsers(listing), filters=filters
    )


@room.get("/<key>")
def page(key: str) -> str:
    name = f"users/{key}"
    ledger, _ = asked(ListBalanceEntriesRequest(parent=name), ())
    sessions = ListSessionsRequest(user=name, page_size=8)
    tags = ListIdTagsRequest(user=name, page_size=PAGE_SIZE)
    subscriptions = ListSubscriptionsRequest(user=name, page_size=4)
    payments = ListTransactionsRequest(user=name, page_size=8)
    receipts = ListReceiptsRequest(user=name, page_size=6)
    held = ListReservationsRequest(user=name, state=Reservation.ACTIVE, page_size=4)
    return render_template(
        "users/page.html",
        user=api().users.GetUser(GetUserRequest(name=name)),
        ledger=api().users.ListBalanceEntries(ledger),
        sessions=if_seen(sessions),
        tags=api().id_tags.ListIdTags(tags).id_tags,
        subscriptions=api().subscriptions.ListSubscriptions(subscriptions).subscriptions,
        transactions=if_seen(payments),
        receipts=if_seen(receipts),
        reservations=api().reservations.ListReservations(held).reservations,
    )
