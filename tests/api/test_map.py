"""Locations by their place: within a box of the map, and the nearest first."""

import random
from collections.abc import Iterator
from typing import Any

import pytest

from ampline.v1.location_pb2 import ListLocationsRequest, Location
from server.api import nearest
from server.domain.quadtree import Position, code_of, distance
from server.store.models import Location as LocationRow
from tests.api.client import Client, refused
from tests.api.conftest import Api
from tests.api.samples import CHARGE_POINTS, LOCATIONS, PARTNERS

AMSTERDAM = {"latitude": 52.3791, "longitude": 4.9003}
FIJI = {"south": -20.0, "west": 177.0, "north": -15.0, "east": -178.0}
Place = dict[str, float]


async def place(client: Client, **places: tuple[float, float]) -> None:
    """Locations of these ids, at these latitudes and longitudes."""
    for identifier, (latitude, longitude) in places.items():
        location = await LOCATIONS.build(client)
        location.position.latitude, location.position.longitude = latitude, longitude
        await LOCATIONS.create(client, location, location_id=identifier)


async def pages(client: Client, page_size: int = 2, **wanted: Any) -> list[Location]:
    """Every location of a list, page by page."""
    found: list[Location] = []
    request = ListLocationsRequest(page_size=page_size, **wanted)
    while True:
        page = await client.locations.ListLocations(request)
        found += page.locations
        request.page_token = page.next_page_token
        if not request.page_token:
            return found


async def ids(client: Client, **wanted: Any) -> list[str]:
    return [each.name.removeprefix("locations/") for each in await pages(client, **wanted)]


@pytest.fixture
async def scattered(api: Api) -> list[Location]:
    """Five hundred places, most of them in one town."""
    chance = random.Random(7)

    def positions() -> Iterator[tuple[float, float]]:
        for _ in range(400):
            yield chance.gauss(52.37, 0.02), chance.gauss(4.9, 0.03)
        for _ in range(100):
            yield chance.uniform(-90, 90), chance.uniform(-180, 180)

    made = [
        Location(name=f"locations/{number:03}", position={"latitude": y, "longitude": x})
        for number, (y, x) in enumerate(positions())
    ]
    rows = [_row(location) for location in made]
    await api.lane.write(lambda unit: unit.execute(LocationRow.insert_many(rows)))
    return made


def _row(location: Location) -> dict[str, Any]:
    position = location.position
    alone = Location(position=position).SerializeToString()
    return {
        "name": location.name,
        "display_name": location.name,
        "time_zone": "UTC",
        "position": alone,
        "latitude": position.latitude,
        "longitude": position.longitude,
        "geo_cell": code_of(Position(position.latitude, position.longitude)),
        "state": 2 if location.name.endswith("7") else 1,
        "create_time": 1,
        "update_time": 1,
    }


def metres(one: Place, location: Location) -> float:
    here = Position(one["latitude"], one["longitude"])
    return distance(here, Position(location.position.latitude, location.position.longitude))


@pytest.mark.parametrize(
    "here",
    [
        AMSTERDAM,
        {"latitude": -17.0, "longitude": 180.0},
        {"latitude": 89.9, "longitude": 10.0},
        {"latitude": -90.0, "longitude": -180.0},
    ],
)
@pytest.mark.parametrize("page_size", [1000, 73])
async def test_the_nearest_come_first(
    client: Client, scattered: list[Location], here: Place, page_size: int
) -> None:
    found = await pages(client, page_size, near=here)
    expected = sorted(scattered, key=lambda each: (metres(here, each), each.name))
    assert [each.name for each in found] == [each.name for each in expected]
    assert [each.distance_m for each in found] == [metres(here, each) for each in expected]


async def test_other_filters_hold_near_a_position(client: Client, scattered: Any) -> None:
    found = await pages(client, 7, near=AMSTERDAM, state=Location.DISABLED)
    distances = [each.distance_m for each in found]
    assert len(found) == 50
    assert distances == sorted(distances)
    wanted = {"near": AMSTERDAM, "bounding_box": {"south": 50, "north": 53, "west": 4, "east": 6}}
    within = await pages(client, 100, **wanted)
    assert 400 <= len(within) < 500
    assert [each.name for each in within] == [
        each.name for each in await pages(client, 1000, near=AMSTERDAM) if each in within
    ]


async def test_what_few_are_let_pass_of_is_looked_for_in_steps(
    client: Client, scattered: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(nearest, "MOST_LOOKED_AT", 100)
    request = ListLocationsRequest(near=AMSTERDAM, external_id="nobody's")
    looked = 0
    while True:
        page = await client.locations.ListLocations(request)
        assert not page.locations
        looked += 1
        request.page_token = page.next_page_token
        if not request.page_token:
            break
    assert looked == 5


async def test_places_of_one_position_come_by_their_names(client: Client) -> None:
    here = (AMSTERDAM["latitude"], AMSTERDAM["longitude"])
    await place(client, b=here, d=here, a=here, c=here)
    assert await ids(client, near=AMSTERDAM, page_size=1) == ["a", "b", "c", "d"]


async def test_a_distance_is_told_only_near_a_position(client: Client) -> None:
    await place(client, a=(52.3791, 4.9003))
    (found,) = await pages(client, near=AMSTERDAM)
    assert found.HasField("distance_m")
    assert found.distance_m == 0
    (listed,) = await pages(client)
    assert not listed.HasField("distance_m")
    found.ClearField("distance_m")
    assert listed == found


async def test_a_location_that_moves_is_found_where_it_is(client: Client) -> None:
    await place(client, a=(10.0, 10.0), b=(12.0, 10.0))
    near = {"latitude": 10.0, "longitude": 10.0}
    assert await ids(client, near=near) == ["a", "b"]
    moved = LOCATIONS.message(name="locations/a", position={"latitude": 50.0, "longitude": 10.0})
    await LOCATIONS.update(client, moved, "position")
    assert await ids(client, near=near) == ["b", "a"]
    assert await ids(client, bounding_box={"south": 40, "west": 0, "north": 60, "east": 20}) == [
        "a"
    ]


async def test_a_box_may_cross_the_180th_meridian(client: Client) -> None:
    await place(client, suva=(-18.1, 178.4), lau=(-18.2, -178.8), apia=(-13.8, -171.8))
    assert await ids(client, bounding_box=FIJI) == ["suva", "lau"]
    turned = {**FIJI, "west": -178.0, "east": 177.0}
    assert await ids(client, bounding_box=turned) == []
    whole = {"south": -90.0, "west": -180.0, "north": 90.0, "east": 180.0}
    assert await ids(client, bounding_box=whole) == ["suva", "lau", "apia"]
    edge = {"south": -18.1, "west": 178.4, "north": -18.1, "east": 178.4}
    assert await ids(client, bounding_box=edge) == ["suva"]


@pytest.mark.parametrize("few", [1, 10_000])
async def test_a_box_holds_what_lies_within(
    client: Client, scattered: list[Location], monkeypatch: pytest.MonkeyPatch, few: int
) -> None:
    """Whichever way is taken."""
    monkeypatch.setattr("server.api.box_filter.FEW", few)
    box = {"south": 52.36, "west": 4.88, "north": 52.39, "east": 4.93}
    found = await pages(client, 20, bounding_box=box)
    inside = [
        each.name
        for each in scattered
        if 52.36 <= each.position.latitude <= 52.39 and 4.88 <= each.position.longitude <= 4.93
    ]
    assert inside
    assert [each.name for each in found] == inside


@pytest.mark.parametrize(
    ("wanted", "field"),
    [
        ({"bounding_box": {"south": 1, "north": 0}}, "bounding_box"),
        ({"bounding_box": {"south": -91}}, "bounding_box.south"),
        ({"bounding_box": {"east": float("nan")}}, "bounding_box.east"),
        ({"near": {"latitude": 91}}, "near"),
        ({"near": {"longitude": float("inf")}}, "near"),
        ({"near": {}, "order_by": "display_name"}, "order_by"),
    ],
)
async def test_what_is_no_place(client: Client, wanted: Any, field: str) -> None:
    refusal = await refused(client.locations.ListLocations(ListLocationsRequest(**wanted)))
    assert (refusal.reason, list(refusal.fields)) == ("INVALID_FIELD", [field])


async def test_locations_and_charge_points_of_a_partner(client: Client) -> None:
    partner = (await PARTNERS.make(client)).name
    location = await LOCATIONS.build(client)
    location.partner = partner
    made = await LOCATIONS.create(client, location)
    await LOCATIONS.make(client)
    assert [each.name for each in await pages(client, partner=partner)] == [made.name]
    near = await pages(client, partner=partner, near=AMSTERDAM)
    assert [each.name for each in near] == [made.name]
    point = await CHARGE_POINTS.build(client)
    point.partner = partner
    own = await CHARGE_POINTS.create(client, point)
    listed = await CHARGE_POINTS.list(client, partner=partner)
    assert list(listed.charge_points) == [own]
