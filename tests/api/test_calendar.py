"""Times that no calendar has are refused, wherever they stand."""

from typing import Any

import grpc
import pytest
from google.protobuf.duration_pb2 import Duration
from google.protobuf.timestamp_pb2 import Timestamp

from ampline.v1.id_tag_pb2 import IdTag, ListIdTagsRequest
from ampline.v1.tariff_pb2 import Tariff
from server.api import calendar
from tests.api.client import Client, refused
from tests.api.samples import ID_TAGS, TARIFFS

BEYOND = [-(2**63), -62_135_596_801, 253_402_300_800, 2**63 - 1]


@pytest.mark.parametrize("seconds", BEYOND)
async def test_a_field_of_a_resource(client: Client, seconds: int) -> None:
    tag = await ID_TAGS.build(client)
    tag.expire_time.seconds = seconds
    refusal = await refused(ID_TAGS.create(client, tag))
    assert refusal.code is grpc.StatusCode.INVALID_ARGUMENT
    assert list(refusal.fields) == ["id_tag.expire_time"]
    made = await ID_TAGS.make(client)
    patch = IdTag(name=made.name, expire_time=tag.expire_time)
    assert list((await refused(ID_TAGS.update(client, patch))).fields) == ["id_tag.expire_time"]


@pytest.mark.parametrize("seconds", BEYOND)
async def test_a_filter(client: Client, seconds: int) -> None:
    request = ListIdTagsRequest(updated_since=Timestamp(seconds=seconds))
    assert list((await refused(client.id_tags.ListIdTags(request))).fields) == ["updated_since"]


async def test_deep_within(client: Client) -> None:
    tariff = await TARIFFS.build(client)
    tariff.elements[1].restrictions.max_duration.seconds = 2**62
    refusal = await refused(TARIFFS.create(client, tariff))
    assert "tariff.elements[1].restrictions.max_duration" in refusal.fields


@pytest.mark.parametrize(
    ("value", "sound"),
    [
        (Timestamp(seconds=-62_135_596_800), True),
        (Timestamp(seconds=253_402_300_799, nanos=999_999_999), True),
        (Timestamp(nanos=-1), False),
        (Duration(seconds=315_576_000_000), True),
        (Duration(seconds=315_576_000_001), False),
        (Duration(seconds=1, nanos=-1), False),
        (Duration(seconds=-1, nanos=-1), True),
    ],
)
def test_the_ends_of_the_calendar(value: Any, sound: bool) -> None:
    message = Tariff()
    if isinstance(value, Timestamp):
        message.start_time.CopyFrom(value)
    else:
        message.stop_conditions.max_duration.CopyFrom(value)
    assert (not dict(calendar.faults_of(message))) is sound
