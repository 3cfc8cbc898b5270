"""What Envoy is told of REST calls before it transcodes them."""

import json
from typing import Any

import pytest

from server.api.http_rules import HttpRule, HttpRules
from server.api.rest_check import faults_of

RULES = HttpRules(
    [
        f"ampline.v1.{name}Service"
        for name in (
            "Location",
            "User",
            "Session",
            "Event",
            "Evse",
            "ChargePointAction",
            "PricePreview",
        )
    ]
)


def rule(verb: str, path: str) -> HttpRule:
    found = RULES.find(verb, path)
    assert found is not None, path
    return found


def faulty(verb: str, path: str, body: Any = None, query: str = "") -> dict[str, bool]:
    """The faults of a call: field -> whether there is no such field."""
    data = b"" if body is None else json.dumps(body).encode()
    return {fault.path: fault.unknown for fault in faults_of(rule(verb, path), query, data)}


@pytest.mark.parametrize(
    ("verb", "path", "request_"),
    [
        ("GET", "/v1/locations", "ListLocationsRequest"),
        ("GET", "/v1/locations/a.b~c", "GetLocationRequest"),
        ("PATCH", "/v1/locations/a", "UpdateLocationRequest"),
        ("POST", "/v1/users/u:addBalance", "AddBalanceRequest"),
        ("GET", "/v1/events:stream", "StreamEventsRequest"),
        ("POST", "/v1/chargePoints/CP*1/evses", "CreateEvseRequest"),
        ("POST", "/v1/chargePoints/CP1:reset", "ResetRequest"),
    ],
)
def test_a_call_is_for_one_method(verb: str, path: str, request_: str) -> None:
    assert rule(verb, path).request.DESCRIPTOR.name == request_


@pytest.mark.parametrize(
    ("verb", "path"),
    [("PUT", "/v1/locations/a"), ("GET", "/v1/locations/a/b"), ("GET", "/v2/locations")],
)
def test_some_are_for_none(verb: str, path: str) -> None:
    assert RULES.find(verb, path) is None


def test_what_fits_passes() -> None:
    body = {
        "displayName": "A",
        "time_zone": "UTC",
        "position": {"latitude": 1, "longitude": "2.5"},
        "labels": {"a": "b"},
        "createTime": "2026-01-01T00:00:00Z",
        "contactPhone": None,
    }
    assert faulty("POST", "/v1/locations", body, "locationId=x&request_id=y") == {}
    assert faulty("GET", "/v1/locations", query="state=ENABLED&pageSize=5&text=%20") == {}
    assert faulty("PATCH", "/v1/locations/a", {}, "updateMask=displayName,state") == {}
    assert (
        faulty("GET", "/v1/sessions", query="minEnergyWh=1&startedSince=2026-01-01T00:00:00Z") == {}
    )
    assert faulty("GET", "/v1/events", query="types=a&types=b") == {}
    assert faulty("GET", "/v1/locations", query="state=1") == {}


def test_every_fault_of_a_body_is_named() -> None:
    body = {
        "displayNam": "A",
        "displayName": 5,
        "position": {"latitude": "north", "height": 3},
        "facilities": ["WIFI", "SAUNA"],
        "images": [{"url": "x"}],
        "labels": {"a": 1},
        "createTime": "yesterday",
        "description": {},
    }
    assert faulty("POST", "/v1/locations", body) == {
        "location.displayNam": True,
        "location.display_name": False,
        "location.position.latitude": False,
        "location.position.height": True,
        "location.facilities[1]": False,
        "location.images[0].url": True,
        'location.labels["a"]': False,
        "location.create_time": False,
        "location.description": False,
    }


def test_every_fault_of_a_query_is_named() -> None:
    query = "pageSize=many&colour=blue&state=OPEN&updatedSince=now"
    assert set(faulty("GET", "/v1/locations", query=query)) == {
        "pageSize",
        "colour",
        "state",
        "updatedSince",
    }
    assert set(faulty("GET", "/v1/locations/a", query="name=b")) == {"name"}
    for number in ("-1", "99", "+1", "%201"):
        assert set(faulty("GET", "/v1/locations", query=f"state={number}")) == {"state"}
    assert set(faulty("GET", "/v1/locations", query="text=%FF&%FE=x&text=%E2%82%AC")) == {
        "text",
        "?",
    }
    assert set(faulty("POST", "/v1/locations", {}, "location.displayName=x")) == {
        "location.displayName"
    }
    assert set(faulty("POST", "/v1/users/u:addBalance", {}, "reason=x")) == {"reason"}


@pytest.mark.parametrize(
    ("path", "wrong"),
    [
        ("state", [True, [], {}, 1.5, "-1", "99", "+1", ""]),
        ("position", [[], "", 0, False]),
        ("facilities", [[True]]),
        ("position.latitude", [True, "1e400", " 5", "5 ", "inf", "1_0", "\u0661", ""]),
        ("create_time", ["2026-03-02T17:00:00+24:00", "2026-03-02T17:00:00+05:60"]),
        ("opening_hours.weekly[0].opens.hours", ["1e1", "\u0661", True]),
    ],
)
def test_what_envoy_would_refuse_without_a_name_is_named(path: str, wrong: list[Any]) -> None:
    for value in wrong:
        body = value
        for word in reversed(path.split(".")):
            name, listed, _ = word.partition("[")
            body = {name: [body] if listed else body}
        told = faulty("POST", "/v1/locations", body)
        assert {each.partition("[0]")[0] for each in told} == {
            f"location.{path}".partition("[0]")[0]
        }, value


def test_half_a_character_is_none() -> None:
    half = "\ud800"
    body = {
        half: 1,
        "displayName": half,
        "state": half,
        "facilities": ["WIFI", half],
        "labels": {half: "x", "b": half, "c": "\U0001f600"},
        "address": {half: "x", "locality": half},
    }
    assert faulty("POST", "/v1/locations", body) == {
        "location.?": True,
        "location.display_name": False,
        "location.state": False,
        "location.facilities[1]": False,
        'location.labels["?"]': False,
        'location.labels["b"]': False,
        "location.address.?": True,
        "location.address.locality": False,
    }


@pytest.mark.parametrize("length", ["1.0000000001s", "1e3s", " 1s", "9999999999999s", 5])
def test_a_length_of_time_is_seconds(length: Any) -> None:
    body = {"stretches": [{"duration": length}]}
    assert faulty("POST", "/v1/tariffs:previewPrice", body) == {"stretches[0].duration": False}


@pytest.mark.parametrize(
    "data", [b'{"labels": {"a": "b", "a": "c"}}', b"\xef\xbb\xbf{}", "{}".encode("utf-16")]
)
def test_json_that_envoy_reads_otherwise_is_refused(data: bytes) -> None:
    (fault,) = faults_of(rule("POST", "/v1/locations"), "", data)
    assert fault.path == "body"


@pytest.mark.parametrize("data", [b"{", b"[]", b"5", b"null", b"\xff", b"[" * 100_000])
def test_what_is_no_json_object_is_refused(data: bytes) -> None:
    faults = faults_of(rule("POST", "/v1/locations"), "", data)
    assert len(faults) == 1


def test_a_body_where_none_belongs() -> None:
    assert set(faulty("DELETE", "/v1/locations/a", {"etag": "x"})) == {"body"}
