"""The REST API of a whole platform, and things to try it with."""

from collections.abc import Callable
from itertools import count

import pytest

from tests.rest.rest import Json, Rest
from tests.whole_platform import WholePlatform

LOCATION: Json = {
    "displayName": "Central Station",
    "address": {"regionCode": "NL", "locality": "Utrecht"},
    "position": {"latitude": 52.09, "longitude": 5.11},
    "timeZone": "Europe/Amsterdam",
}

_numbers = count(1)


@pytest.fixture
def rest(platform: WholePlatform) -> Rest:
    """The API as an administrator's program may use it."""
    return Rest(platform.address, platform.key)


@pytest.fixture
def new_location(rest: Rest) -> Callable[..., Json]:
    """Makes locations."""

    def make(**fields: object) -> Json:
        created = rest.post("/v1/locations", {**LOCATION, **fields}, location_id=new_id())
        assert created.status == 200, created
        return created.json

    return make


@pytest.fixture
def location(new_location: Callable[..., Json]) -> Json:
    """A location of the test's own."""
    return new_location()


def new_id() -> str:
    """An id that no other test has."""
    return f"rest-{next(_numbers)}"
