"""Tariffs."""

from ampline.v1.tariff_pb2 import Tariff
from server.resources.mapping import Mapping
from server.resources.search import fold
from server.resources.tariff_terms import pricing_type_of
from server.store import models

MAPPING = Mapping(
    Tariff,
    models.Tariff,
    derived={
        "search_text": lambda tariff: fold(tariff.display_name),
        "pricing_type": pricing_type_of,
    },
)
