"""ID tags."""

from ampline.v1 import id_tag_pb2 as pb
from ampline.v1.id_tag_pb2_grpc import IdTagServiceServicer
from server.api.bulk import Bulk
from server.api.changes import Change, Particulars
from server.api.crud import Crud
from server.api.filters import at_least, before, contains, same
from server.domain.errors import invalid_field
from server.resources.id_tags import MAPPING, token_key


def _prepare(change: Change[pb.IdTag]) -> None:
    """The token of a new tag is its id, unless it is said."""
    if change.before is None and not change.after.HasField("token"):
        if not change.request.id_tag_id:
            raise invalid_field("id_tag.token", "is required where id_tag_id is not given")
        change.after.token = change.request.id_tag_id


id_tags = Crud(
    MAPPING,
    pb.ListIdTagsRequest,
    pb.ListIdTagsResponse,
    orders=("create_time", "token", "update_time", "expire_time"),
    filters={
        "token": same("token_key", token_key),
        "text": contains("search_text"),
        "updated_since": at_least("update_time"),
        "expires_before": before("expire_time"),
    },
    particulars=Particulars(prepare=_prepare, unique={"token": ("token_key", "kind")}),
)
in_bulk = Bulk(id_tags)


class IdTagService(IdTagServiceServicer):
    """Keeps ID tags."""

    GetIdTag = id_tags.get
    ListIdTags = id_tags.list
    CreateIdTag = id_tags.create
    UpdateIdTag = id_tags.update
    DeleteIdTag = id_tags.delete
    BatchGetIdTags = in_bulk.get
    BatchCreateIdTags = in_bulk.create
