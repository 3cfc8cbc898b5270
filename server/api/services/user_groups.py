"""User groups."""

from ampline.v1 import user_group_pb2 as pb
from ampline.v1.user_group_pb2_grpc import UserGroupServiceServicer
from server.api.crud import Crud
from server.api.filters import at_least, contains
from server.resources.user_groups import MAPPING

user_groups = Crud(
    MAPPING,
    pb.ListUserGroupsRequest,
    pb.ListUserGroupsResponse,
    orders=("create_time", "display_name", "update_time"),
    filters={"text": contains("search_text"), "updated_since": at_least("update_time")},
)


class UserGroupService(UserGroupServiceServicer):
    """Keeps user groups."""

    GetUserGroup = user_groups.get
    ListUserGroups = user_groups.list
    CreateUserGroup = user_groups.create
    UpdateUserGroup = user_groups.update
    DeleteUserGroup = user_groups.delete
