"""Users: the list, their form, the page of each with money, subscription, tags and sessions."""

from flask import Blueprint, render_template

from ampline.v1.balance_entry_pb2 import ListBalanceEntriesRequest
from ampline.v1.id_tag_pb2 import ListIdTagsRequest
from ampline.v1.session_pb2 import ListSessionsRequest
from ampline.v1.subscription_pb2 import ListSubscriptionsRequest
from ampline.v1.user_pb2 import (
    GetUserRequest,
    ListUsersRequest,
    User,
)
from portal.auth import api
from portal.choices import one_of
from portal.forms import Field
from portal.kinds import Text
from portal.listing import PAGE_SIZE, asked, choice, search
from portal.resource_form import Editor

room = Blueprint("users", __name__, url_prefix="/users")

FILTERS = (
    search(placeholder="Name, e-mail or company"),
    choice("state", "State", one_of("user_state", empty="Any")),
)
ID = Field("user_id", "Id", Text(), "Empty: one is made. It cannot be changed later.")
FIELDS = (
    Field("email", "E-mail address", Text("email"), required=True),
    Field("given_name", "Given name", Text()),
    Field("family_name", "Family name", Text()),
    Field("phone", "Phone", Text("tel")),
    Field("company", "Company", Text()),
    Field("language_code", "Language", Text(), "To write in, such as en or de-CH."),
    Field("concurrency", "Sessions at a time", one_of("user_concurrency"), assumed="ONE_PER_TAG"),
    Field("payment_preference", "Who pays", one_of("payment_preference"), assumed="BALANCE"),
    Field(
        "currency",
        "Currency of the balance",
        Text(),
        "Empty: the operator's. Fixed after the first booking.",
        placeholder="EUR",
    ),
    Field("external_id", "Your own id", Text()),
)

Editor(
    room=room,
    collection="users",
    resource=User,
    service=lambda api: api.users,
    fields=FIELDS,
    id_field=ID,
    deletes="Name, address and contacts are removed for good; sessions and ledger stay under a"
    " pseudonym. Refused while a session runs or money is owed.",
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
    return render_template(
        "users/page.html",
        user=api().users.GetUser(GetUserRequest(name=name)),
        ledger=api().users.ListBalanceEntries(ledger),
        sessions=api().sessions.ListSessions(sessions).sessions,
        tags=api().id_tags.ListIdTags(tags).id_tags,
        subscriptions=api().subscriptions.ListSubscriptions(subscriptions).subscriptions,
    )
