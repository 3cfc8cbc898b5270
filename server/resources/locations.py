"""Locations."""

from ampline.v1.location_pb2 import Location
from server.domain.quadtree import Position, code_of
from server.resources.mapping import Mapping
from server.resources.search import fold
from server.store import models


def _search_text(location: Location) -> str:
    return fold(location.display_name, location.address.locality)


def _geo_cell(location: Location) -> int | None:
    position = location.position
    if not location.HasField("position"):
        return None
    return code_of(Position(position.latitude, position.longitude))


MAPPING = Mapping(
    Location,
    models.Location,
    elsewhere=("charge_point_count", "evse_counts", "distance_m"),
    derived={
        "search_text": _search_text,
        "region_code": lambda location: location.address.region_code or None,
        "latitude": lambda location: location.position.latitude,
        "longitude": lambda location: location.position.longitude,
        "geo_cell": _geo_cell,
    },
)
