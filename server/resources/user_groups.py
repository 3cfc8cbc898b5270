"""User groups."""

from ampline.v1.user_group_pb2 import UserGroup
from server.resources.mapping import Mapping
from server.resources.search import fold
from server.store import models

MAPPING = Mapping(
    UserGroup,
    models.UserGroup,
    derived={"search_text": lambda group: fold(group.display_name)},
)
