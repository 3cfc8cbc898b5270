"""Native gRPC over the public port."""

from typing import Any

import grpc
import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection_pb2

from ampline import Client, NotFound
from ampline.v1.location_pb2 import GetLocationRequest
from tests.rest.rest import Json
from tests.whole_platform import WholePlatform


def test_calls_errors_and_streams(platform: WholePlatform, location: Json) -> None:
    with Client(platform.address, platform.key) as client:
        found = client.locations.GetLocation(GetLocationRequest(name=location["name"]))
        assert found.display_name == location["displayName"]
        with pytest.raises(NotFound) as refused:
            client.locations.GetLocation(GetLocationRequest(name="locations/nowhere"))
        assert refused.value.reason == "RESOURCE_NOT_FOUND"


@pytest.mark.parametrize("version", ["v1", "v1alpha"])
def test_health_and_reflection(platform: WholePlatform, version: str) -> None:
    with grpc.insecure_channel(platform.address) as channel:
        health: Any = health_pb2_grpc.HealthStub(channel)
        answer = health.Check(health_pb2.HealthCheckRequest())
        assert answer.status == health_pb2.HealthCheckResponse.SERVING
        reflect = channel.stream_stream(
            f"/grpc.reflection.{version}.ServerReflection/ServerReflectionInfo",
            request_serializer=reflection_pb2.ServerReflectionRequest.SerializeToString,
            response_deserializer=reflection_pb2.ServerReflectionResponse.FromString,
        )
        asked = reflection_pb2.ServerReflectionRequest(list_services="")
        (told,) = reflect(iter([asked]))
        services = {each.name for each in told.list_services_response.service}
    assert {"ampline.v1.LocationService", "ampline.v1.EventService"} <= services
