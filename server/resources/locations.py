"""Locations."""

from ampline.v1.location_pb2 import Location
from server.resources.mapping import Mapping
from server.resources.search import fold
from server.store import models


def _search_text(location: Location) -> str:
    return fold(location.display_name, location.address.locality)


MAPPING = Mapping(
    Location,
    models.Location,
    elsewhere=("charge_point_count", "evse_counts"),
    derived={
        "search_text": _search_text,
        "region_code": lambda location: location.address.region_code or None,
        "latitude": lambda location: location.position.latitude,
        "longitude": lambda location: location.position.longitude,
    },
)
