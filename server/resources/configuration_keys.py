"""Configuration keys."""

from urllib.parse import quote

from ampline.v1.configuration_key_pb2 import ConfigurationKey
from server.resources.mapping import Mapping
from server.store import models

MAPPING = Mapping(ConfigurationKey, models.ConfigurationKey)


def key_name(charge_point: str, key: str) -> str:
    """The resource name of a charge point's configuration key."""
    return f"{charge_point}/configurationKeys/{quote(key, safe='')}"
