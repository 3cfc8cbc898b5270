"""What browsers need of the public port: CORS by setting, and gRPC-web."""

import pytest

from ampline.v1.location_pb2 import ListLocationsRequest, ListLocationsResponse
from tests.rest.rest import Json, Rest
from tests.whole_platform import WholePlatform

ALLOWED, OTHER = "https://app.example", "https://other.example"
LIST = "/ampline.v1.LocationService/ListLocations"
WEB = {"content-type": "application/grpc-web+proto", "x-grpc-web": "1"}


@pytest.mark.parametrize("path", ["/v1/locations", "/v1/events:stream", LIST])
def test_a_page_of_an_allowed_origin_may_call(platform: WholePlatform, path: str) -> None:
    asked = {"origin": ALLOWED, "access-control-request-method": "POST"}
    answer = Rest(platform.address).call("OPTIONS", path, headers=asked)
    assert answer.status == 200
    assert answer.headers["access-control-allow-origin"] == ALLOWED
    assert "PATCH" in answer.headers["access-control-allow-methods"]
    assert "authorization" in answer.headers["access-control-allow-headers"]


def test_another_page_may_not(platform: WholePlatform, rest: Rest) -> None:
    asked = {"origin": OTHER, "access-control-request-method": "POST"}
    preflight = Rest(platform.address).call("OPTIONS", "/v1/locations", headers=asked)
    assert "access-control-allow-origin" not in preflight.headers
    answer = rest.call("GET", "/v1/locations", headers={"origin": OTHER})
    assert "access-control-allow-origin" not in answer.headers


def test_a_call_bears_the_origin(rest: Rest) -> None:
    answer = rest.call("GET", "/v1/locations", headers={"origin": ALLOWED})
    assert answer.status == 200
    assert answer.headers["access-control-allow-origin"] == ALLOWED


def framed(message: bytes) -> bytes:
    return b"\0" + len(message).to_bytes(4) + message


def frames(body: bytes) -> list[tuple[int, bytes]]:
    """The frames of gRPC-web: flags (128 = trailers) and content."""
    found = []
    while body:
        flags, length = body[0], int.from_bytes(body[1:5])
        found.append((flags, body[5 : 5 + length]))
        body = body[5 + length :]
    return found


def test_grpc_web(rest: Rest, location: Json) -> None:
    request = ListLocationsRequest(text="Central", page_size=1)
    answer = rest.call("POST", LIST, framed(request.SerializeToString()), headers=WEB)
    assert answer.status == 200
    (data, message), (trailers, words) = frames(answer.body)
    assert (data, trailers) == (0, 128)
    assert len(ListLocationsResponse.FromString(message).locations) == 1
    assert b"grpc-status:0" in words


def test_grpc_web_tells_errors_in_its_own_way(platform: WholePlatform) -> None:
    answer = Rest(platform.address).call("POST", LIST, framed(b""), headers=WEB)
    assert answer.status == 200
    assert answer.headers["grpc-status"] == "16"
