"""Tariff groups."""

from ampline.v1.tariff_group_pb2 import TariffGroup
from server.resources.mapping import Mapping
from server.resources.search import fold
from server.store import models

MAPPING = Mapping(
    TariffGroup,
    models.TariffGroup,
    derived={"search_text": lambda group: fold(group.display_name)},
)
