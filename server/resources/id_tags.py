"""ID tags."""

from ampline.v1.id_tag_pb2 import IdTag
from server.resources.mapping import Mapping
from server.resources.search import fold
from server.store import models


def token_key(token: str) -> str:
    """What a token is found by, however the charger writes it: the token without its case."""
    return token.casefold()


MAPPING = Mapping(
    IdTag,
    models.IdTag,
    derived={
        "token_key": lambda id_tag: token_key(id_tag.token),
        "search_text": lambda id_tag: fold(id_tag.token, id_tag.label),
    },
)
