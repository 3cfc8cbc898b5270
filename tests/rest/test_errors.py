"""Bad input over REST: google.rpc.Status as JSON, with a reason, and the field by name."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import grpc
import pytest

from tests.rest.conftest import LOCATION, new_id
from tests.rest.rest import Answer, Json, Rest
from tests.whole_platform import WholePlatform


def assert_refused(answer: Answer, status: int, code: int, reason: str) -> None:
    """An error in the API's own form."""
    assert answer.status == status, answer
    assert (answer.json["code"], answer.reason) == (code, reason), answer
    assert answer.json["message"]


def without(field: str) -> Json:
    return {key: value for key, value in LOCATION.items() if key != field}


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (without("displayName"), "location.display_name"),
        (without("address"), "location.address"),
        ({**LOCATION, "displayName": ""}, "location.display_name"),
        ({**LOCATION, "displayName": "x" * 201}, "location.display_name"),
        ({**LOCATION, "position": {"latitude": 91, "longitude": 0}}, "location.position"),
        ({**LOCATION, "timeZone": "Mars/Olympus"}, "location.time_zone"),
        ({**LOCATION, "contactEmail": "nobody"}, "location.contact_email"),
        ({**LOCATION, "facilities": ["WIFI", "WIFI"]}, "location.facilities"),
    ],
)
def test_a_faulty_field_is_named(rest: Rest, body: Json, field: str) -> None:
    answer = rest.post("/v1/locations", body)
    assert_refused(answer, 400, 3, "INVALID_FIELD")
    assert answer.faulty_fields == [field]


def test_every_fault_is_told_at_once(rest: Rest) -> None:
    answer = rest.post("/v1/locations", {"displayName": "", "contactEmail": "nobody"})
    assert_refused(answer, 400, 3, "INVALID_FIELD")
    expected = {"address", "contact_email", "display_name", "position", "time_zone"}
    assert set(answer.faulty_fields) == {f"location.{field}" for field in expected}


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({**LOCATION, "displayName": 5}, "display_name"),
        ({**LOCATION, "displayName": {"text": "x"}}, "display_name"),
        ({**LOCATION, "position": {"latitude": "north"}}, "latitude"),
        ({**LOCATION, "position": "here"}, "position"),
        ({**LOCATION, "facilities": "WIFI"}, "facilities"),
        ({**LOCATION, "facilities": ["SAUNA"]}, "facilities"),
    ],
)
def test_a_wrong_type_is_named(rest: Rest, body: Json, field: str) -> None:
    answer = rest.post("/v1/locations", body)
    assert_refused(answer, 400, 3, "INVALID_FIELD")
    assert any(field in told for told in answer.faulty_fields), answer


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({**LOCATION, "state": True}, "location.state"),
        ({**LOCATION, "address": []}, "location.address"),
        ({**LOCATION, "position": {"latitude": "1e400"}}, "location.position.latitude"),
        ({**LOCATION, "displayName": "\ud800"}, "location.display_name"),
        ({**LOCATION, "labels": {"\ud800": "x"}}, 'location.labels["?"]'),
        ({**LOCATION, "tariffGroup": "x" * 500_000}, "location.tariff_group"),
    ],
    ids=["enum", "message", "number", "text", "key", "long"],
)
def test_the_transcoder_has_no_word_of_its_own(rest: Rest, body: Json, field: str) -> None:
    """Where protobuf's parser for Python takes more than Envoy's does."""
    answer = rest.post("/v1/locations", body)
    assert answer.status == 400, answer
    assert answer.faulty_fields == [field]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({**LOCATION, "displayname": "x"}, "displayname"),
        ({**LOCATION, "address": {"city": "Utrecht"}}, "city"),
        ({**LOCATION, "images": [{"url": "https://example.com"}]}, "url"),
    ],
)
def test_a_field_that_does_not_exist_is_named(rest: Rest, body: Json, field: str) -> None:
    answer = rest.post("/v1/locations", body)
    assert_refused(answer, 400, 3, "UNKNOWN_FIELD")
    assert any(field in told for told in answer.faulty_fields), answer


def test_an_unknown_field_of_an_action(rest: Rest) -> None:
    answer = rest.post("/v1/users/nobody:addBalance", {"amout": {}})
    assert_refused(answer, 400, 3, "UNKNOWN_FIELD")


def test_an_unknown_query_parameter_is_named(rest: Rest) -> None:
    answer = rest.get("/v1/locations", colour="blue")
    assert_refused(answer, 400, 3, "INVALID_FIELD")
    assert answer.faulty_fields == ["colour"]


def test_a_query_parameter_of_the_wrong_type_is_named(rest: Rest) -> None:
    answer = rest.get("/v1/locations", page_size="many")
    assert_refused(answer, 400, 3, "INVALID_FIELD")
    assert answer.faulty_fields == ["page_size"]


@pytest.mark.parametrize("body", [b'{"displayName":', b"[]", b"displayName=x", b"\xff\xfe"])
def test_what_is_no_json_object(rest: Rest, body: bytes) -> None:
    assert_refused(rest.post("/v1/locations", body), 400, 3, "INVALID_FIELD")


def test_an_unknown_reference_is_named(rest: Rest) -> None:
    body = {**LOCATION, "tariffGroup": "tariffGroups/none"}
    answer = rest.post("/v1/locations", body)
    assert_refused(answer, 400, 3, "REFERENCE_NOT_FOUND")
    assert answer.faulty_fields == ["location.tariff_group"]
    assert answer.metadata["value"] == "tariffGroups/none"


def test_an_unknown_mask_path_is_named(rest: Rest, location: Json) -> None:
    answer = rest.patch(f"/v1/{location['name']}", {"displayName": "x"}, update_mask="colour")
    assert_refused(answer, 400, 3, "UNKNOWN_MASK_PATH")
    assert answer.metadata["path"] == "colour"


def test_a_stale_etag(rest: Rest, location: Json) -> None:
    path = f"/v1/{location['name']}"
    assert rest.patch(path, {"displayName": "first"}).status == 200
    answer = rest.patch(path, {"displayName": "second", "etag": location["etag"]})
    assert_refused(answer, 409, 10, "STALE_ETAG")
    assert rest.get(path).json["displayName"] == "first"


def test_a_foreign_page_token(rest: Rest, new_location: Callable[..., Json]) -> None:
    mark = new_id()
    for _ in range(2):
        new_location(externalId=mark)
    page = rest.get("/v1/locations", external_id=mark, page_size=1).json
    token = page["nextPageToken"]
    assert_refused(rest.get("/v1/locations", page_token=token), 400, 3, "BAD_PAGE_TOKEN")
    assert_refused(rest.get("/v1/locations", page_token="x"), 400, 3, "BAD_PAGE_TOKEN")


def test_a_reused_request_id(rest: Rest) -> None:
    request_id = str(uuid4())
    assert rest.post("/v1/locations", LOCATION, request_id=request_id).status == 200
    other = {**LOCATION, "displayName": "Another"}
    answer = rest.post("/v1/locations", other, request_id=request_id)
    assert_refused(answer, 400, 3, "REQUEST_ID_REUSED")


def test_a_taken_id(rest: Rest, location: Json) -> None:
    identifier = location["name"].removeprefix("locations/")
    answer = rest.post("/v1/locations", LOCATION, location_id=identifier)
    assert_refused(answer, 409, 6, "ALREADY_EXISTS")


def test_what_is_not_there(rest: Rest) -> None:
    answer = rest.get("/v1/locations/nowhere")
    assert_refused(answer, 404, 5, "RESOURCE_NOT_FOUND")
    assert answer.metadata["name"] == "locations/nowhere"


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/v1/nothing"),
        ("PUT", "/v1/locations/x"),
        ("DELETE", "/v1/locations"),
        ("GET", "/v1/"),
    ],
)
def test_an_unknown_path_or_method(rest: Rest, method: str, path: str) -> None:
    body: Any = {} if method == "PUT" else None
    assert_refused(rest.call(method, path, body), 404, 5, "RESOURCE_NOT_FOUND")


def test_a_request_that_is_too_large(rest: Rest) -> None:
    answer = rest.post("/v1/locations", {**LOCATION, "displayName": "x" * 2**20})
    assert_refused(answer, 413, 3, "INVALID_FIELD")


@pytest.mark.parametrize("key", ["", "wrong"])
def test_without_a_key_that_counts(platform: WholePlatform, key: str) -> None:
    stranger = Rest(platform.address, key)
    assert_refused(stranger.get("/v1/locations"), 401, 16, "UNAUTHENTICATED")
    assert_refused(stranger.post("/v1/locations", LOCATION), 401, 16, "UNAUTHENTICATED")
    assert_refused(stranger.get("/v1/events:stream"), 401, 16, "UNAUTHENTICATED")


def test_an_offline_charger(rest: Rest, location: Json) -> None:
    identity = new_id()
    body = {"location": location["name"], "securityProfile": "NO_SECURITY"}
    assert rest.post("/v1/chargePoints", body, charge_point_id=identity).status == 200
    answer = rest.post(f"/v1/chargePoints/{identity}:reset", {"kind": "SOFT"})
    assert_refused(answer, 503, 14, "CHARGER_OFFLINE")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("&g", "not a name for gRPC"),
        ("x-bin", "!!!"),
        ("grpc-timeout", "soon"),
        ("grpc-encoding", "none"),
        ("grpc-previous-rpc-attempts", "many"),
        ("x-text", "caf\u00e9"),
    ],
)
def test_headers_that_grpc_would_choke_on(rest: Rest, name: str, value: str) -> None:
    assert rest.call("GET", "/v1/caller", headers={name: value}).status == 200


def test_grpc_is_not_spoken_where_rest_is(rest: Rest) -> None:
    answer = rest.call("GET", "/v1/caller", headers={"content-type": "application/grpc"})
    assert answer.headers["grpc-status"] == str(grpc.StatusCode.UNIMPLEMENTED.value[0])
    web = {"content-type": "application/grpc-web"}
    assert rest.call("GET", "/v1/caller", headers=web).status == 404


def test_headers_that_are_too_large(rest: Rest) -> None:
    assert rest.call("GET", "/v1/caller", headers={"x-text": "v" * 17_000}).status == 431


def test_nobody_tells_of_payments_where_no_gateway_takes_any(rest: Rest) -> None:
    answer = rest.post("/payments/stripe", {})
    assert (answer.status, answer.body[:7]) == (503, b"Ampline")
