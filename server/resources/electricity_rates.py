"""Electricity rates and their versions."""

from ampline.v1.electricity_rate_pb2 import ElectricityRate, ElectricityRateVersion
from server.resources.mapping import Mapping
from server.resources.search import fold
from server.store import models

MAPPING = Mapping(
    ElectricityRate,
    models.ElectricityRate,
    derived={"search_text": lambda rate: fold(rate.display_name)},
)
VERSIONS = Mapping(ElectricityRateVersion, models.ElectricityRateVersion)
