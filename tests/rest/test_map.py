"""The map over REST: what lies within a box, and what is nearest, by plain query parameters."""

from collections.abc import Callable

from tests.rest.conftest import new_id
from tests.rest.rest import Json, Rest

TAVEUNI = {"latitude": -16.85, "longitude": 179.97}
RABI = {"latitude": -16.5, "longitude": -179.98}
ACROSS = {"south": -17.5, "west": 179.0, "north": -16.0, "east": -179.0}


def box(**edges: float) -> dict[str, float]:
    return {f"bounding_box.{edge}": degrees for edge, degrees in edges.items()}


def test_a_box_across_the_180th_meridian(rest: Rest, new_location: Callable[..., Json]) -> None:
    mark = new_id()
    names = [new_location(externalId=mark, position=place)["name"] for place in (TAVEUNI, RABI)]
    found = rest.get("/v1/locations", external_id=mark, **box(**ACROSS)).json["locations"]
    assert [each["name"] for each in found] == names
    west_of_it = box(**{**ACROSS, "east": 180.0})
    found = rest.get("/v1/locations", external_id=mark, **west_of_it).json["locations"]
    assert [each["name"] for each in found] == names[:1]


def test_the_nearest_first_page_by_page(rest: Rest, new_location: Callable[..., Json]) -> None:
    mark = new_id()
    places = [{"latitude": 60.0 + step / 10, "longitude": 25.0} for step in (3, 1, 2)]
    names = [new_location(externalId=mark, position=place)["name"] for place in places]
    wanted = {"near.latitude": 60.0, "near.longitude": 25.0, "external_id": mark}
    first = rest.get("/v1/locations", page_size=2, **wanted).json
    rest_of_it = rest.get("/v1/locations", page_token=first["nextPageToken"], **wanted).json
    found = first["locations"] + rest_of_it["locations"]
    assert [each["name"] for each in found] == [names[1], names[2], names[0]]
    assert [round(each["distanceM"] / 1000, 1) for each in found] == [11.1, 22.2, 33.4]


def test_a_box_that_is_none(rest: Rest) -> None:
    refused = rest.get("/v1/locations", **box(south=2.0, north=1.0))
    assert (refused.status, refused.faulty_fields) == (400, ["bounding_box"])
