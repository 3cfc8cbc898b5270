"""User groups: the list, the form, and the page of each: who is in it, and what it is used for."""

from flask import Blueprint, render_template

from ampline.v1.subscription_plan_pb2 import ListSubscriptionPlansRequest
from ampline.v1.user_group_pb2 import GetUserGroupRequest, ListUserGroupsRequest, UserGroup
from ampline.v1.user_pb2 import ListUsersRequest
from ampline.v1.voucher_pb2 import ListVouchersRequest
from portal.auth import api
from portal.forms import Field
from portal.kinds import Reference, Text
from portal.language import lazy
from portal.listing import asked, if_seen, search
from portal.resource_form import Editor

room = Blueprint("user_groups", __name__, url_prefix="/user-groups")

MOST_SHOWN = 8
FILTERS = (
    search(placeholder=lazy("Name")),
    Field("partner", lazy("Partner"), Reference("partners"), placeholder=lazy("Any")),
)
ID = Field(
    "user_group_id", lazy("Id"), Text(), lazy("Empty: one is made. It cannot be changed later.")
)
FIELDS = (
    Field("display_name", lazy("Name"), Text(), required=True, placeholder=lazy("Staff")),
    Field("partner", lazy("Partner"), Reference("partners"), lazy("Whose it is. Empty: yours.")),
    Field("external_id", lazy("Your own id"), Text()),
    Field("description", lazy("What the group is for"), Text("textarea"), wide=True),
)

Editor(
    room=room,
    collection="userGroups",
    resource=UserGroup,
    service=lambda api: api.user_groups,
    fields=FIELDS,
    id_field=ID,
    deletes=lazy("One that users, plans, vouchers, tariff groups or locations refer to stays."),
).add_pages()


@room.get("")
def index() -> str:
    listing, filters = asked(ListUserGroupsRequest(order_by="display_name"), FILTERS)
    answer = api().user_groups.ListUserGroups(listing)
    return render_template(
        "user_groups/index.html", answer=answer, items=answer.user_groups, filters=filters
    )


@room.get("/<key>")
def page(key: str) -> str:
    name = f"userGroups/{key}"
    members, _ = asked(ListUsersRequest(group=name), ())
    plans = ListSubscriptionPlansRequest(visible_to_user_group=name, page_size=MOST_SHOWN)
    vouchers = ListVouchersRequest(user_group=name, page_size=MOST_SHOWN)
    return render_template(
        "user_groups/page.html",
        group=api().user_groups.GetUserGroup(GetUserGroupRequest(name=name)),
        members=api().users.ListUsers(members),
        plans=if_seen(plans),
        vouchers=api().vouchers.ListVouchers(vouchers).vouchers,
    )
