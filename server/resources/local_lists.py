"""Local authorization lists, and how their content is kept."""

import json
import zlib
from collections.abc import Mapping

from ampline.v1.local_list_pb2 import LocalList
from server.resources import mapping
from server.store import models

MAPPING = mapping.Mapping(LocalList, models.LocalList)


def pack(content: Mapping[str, str]) -> bytes:
    """The content of a list, as it is stored."""
    return zlib.compress(json.dumps(content, separators=(",", ":")).encode())


def unpack(packed: bytes) -> dict[str, str]:
    """What was stored."""
    content: dict[str, str] = json.loads(zlib.decompress(packed))
    return content
