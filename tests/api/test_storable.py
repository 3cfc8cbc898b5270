"""A NUL character is refused wherever it stands: no fault of ours, on no database."""

from typing import Any

import grpc
import pytest

from ampline.v1.location_pb2 import GetLocationRequest, ListLocationsRequest, Location
from server.api import storable
from tests.api.client import Client, refused
from tests.api.samples import LOCATIONS


def location(**fields: Any) -> Location:
    return Location(position={"latitude": 0.5}, **fields)


@pytest.mark.parametrize(
    ("message", "paths"),
    [
        (location(display_name="a\0"), ["display_name"]),
        (location(description=[{"text": "a"}, {"text": "\0"}]), ["description[1].text"]),
        (location(address={"address_lines": ["", "\0"]}), ["address.address_lines[1]"]),
        (location(labels={"a": "\0", "b": "c"}), ['labels["a"]']),
        (location(labels={"\0": "a"}), ['labels["\0"]']),
        (location(display_name="fine", labels={"a": "b"}), []),
    ],
)
def test_where_it_stands_is_told(message: Location, paths: list[str]) -> None:
    assert [path for path, _ in storable.faults_of(message)] == paths


async def test_it_is_refused_in_every_method(client: Client) -> None:
    made = await LOCATIONS.make(client)
    patch = Location(name=made.name, display_name="a\0b")
    lists = client.locations.ListLocations
    for call, field in (
        (LOCATIONS.create(client, location(display_name="\0")), "location.display_name"),
        (LOCATIONS.update(client, patch), "location.display_name"),
        (LOCATIONS.delete(client, "locations/\0"), "name"),
        (client.locations.GetLocation(GetLocationRequest(name="locations/\0")), "name"),
        (lists(ListLocationsRequest(text="\0")), "text"),
        (lists(ListLocationsRequest(external_id="a\0")), "external_id"),
        (lists(ListLocationsRequest(page_token="\0")), "page_token"),
    ):
        refusal = await refused(call)
        assert refusal.code is grpc.StatusCode.INVALID_ARGUMENT
        assert refusal.fields[field] == storable.PROBLEM
