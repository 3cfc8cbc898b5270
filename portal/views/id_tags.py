"""ID tags: the list and the form."""

from flask import Blueprint, render_template

from ampline.v1.id_tag_pb2 import IdTag, ListIdTagsRequest
from portal.auth import api
from portal.choices import one_of
from portal.forms import Field
from portal.kinds import Flag, Reference, Text
from portal.language import lazy
from portal.listing import asked, choice
from portal.resource_form import Editor
from portal.time_kinds import Moment
from portal.zones import zoned

room = Blueprint("id_tags", __name__, url_prefix="/id-tags")

FILTERS = (
    Field("token", lazy("Token"), Text("search"), placeholder=lazy("Whole token")),
    choice("state", lazy("State"), one_of("id_tag_state", empty=lazy("Any"))),
    choice("kind", lazy("Kind"), one_of("id_tag_kind", empty=lazy("Any"))),
    Field("user", lazy("User"), Reference("users"), placeholder=lazy("Any")),
)
AT_CREATION = (
    Field("token", lazy("Token"), Text(), lazy("As the charger sends it."), required=True),
    Field("kind", lazy("Kind"), one_of("id_tag_kind"), assumed="RFID"),
)
FIELDS = (
    Field(
        "user",
        lazy("User"),
        Reference("users"),
        lazy("Without one the tag is prepared, not authorized."),
    ),
    Field("state", lazy("State"), one_of("id_tag_state"), assumed="ENABLED"),
    Field("label", lazy("Label"), Text(), placeholder=lazy("Blue card")),
    Field("expire_time", zoned("Expires (%(zone)s)"), Moment(), lazy("Empty: never.")),
    Field(
        "parent_group_id",
        lazy("Group"),
        Text(),
        lazy("Tags of one group may stop each other's sessions."),
    ),
    Field("vehicle_kind", lazy("Vehicle"), Text()),
    Field("external_id", lazy("Your own id"), Text()),
    Field("on_local_list", lazy("Goes onto the chargers' local lists"), Flag()),
)

Editor(
    room=room,
    collection="idTags",
    resource=IdTag,
    service=lambda api: api.id_tags,
    fields=FIELDS,
    at_creation=AT_CREATION,
    deletes=lazy(
        "The tag can no longer start sessions. One that sessions refer to cannot be deleted."
    ),
).add_pages()


@room.get("")
def index() -> str:
    listing, filters = asked(ListIdTagsRequest(), FILTERS)
    return render_template(
        "id_tags/index.html", answer=api().id_tags.ListIdTags(listing), filters=filters
    )
