"""Every type of events is caused by something, and shows what."""

import asyncio
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from ampline.v1.event_pb2 import Event, ResourceChanged
from tests.api import protos
from tests.api.samples import ALL
from tests.events.acts import ACTS, IN_THEIR_ROOMS, TYPES, Act
from tests.events.world import world
from tests.running import ROOT

Told = dict[Act, list[Event]]
ELSEWHERE = {
    "corporate_bill": "made with what is bought: tests/work/test_corporate.py",
    "receipt": "made by IssueReceipt: tests/api/test_receipts.py",
    "settlement": "made by SettlePartner: tests/api/test_settlements.py",
    "subscription": "made by ActivateSubscription: tests/api/test_user_actions.py",
    "unknown_charge_point": "made by who knocks: tests/api/test_unknown_charge_points.py",
}
"""Resources that no Create makes, and where their events are tested."""


def types_in_the_protos() -> Iterator[str]:
    """Those that the comments of `Event.payload` name."""
    payloads = [field.name for field in Event.DESCRIPTOR.oneofs_by_name["payload"].fields]
    named = {f"ampline/v1/event.proto: Event.{name}" for name in payloads}
    for each in protos.commented():
        if each.name in named:
            yield from re.findall(r"[a-z_]+\.[a-z_]+", each.comment)


@pytest.fixture(scope="module")
def told(fresh_database_url: Callable[[], str], tmp_path_factory: pytest.TempPathFactory) -> Told:
    """What each act caused, all of them played once."""
    return asyncio.run(_play(fresh_database_url(), tmp_path_factory.mktemp("world")))


async def _play(database_url: str, folder: Path) -> Told:
    told: Told = {}
    async with world(database_url, folder) as scene:
        for act in ACTS:
            before = await scene.cursor()
            await act(scene)
            expected = [type_ for type_, cause in TYPES.items() if cause.act is act]
            told[act] = await scene.told(expected, before)
    return told


@pytest.mark.parametrize("type_", TYPES)
def test_a_type_is_caused_by_something_and_shows_what(told: Told, type_: str) -> None:
    cause = TYPES[type_]
    found = [event for event in told[cause.act] if event.type == type_]
    assert all(event.WhichOneof("payload") == cause.shows.partition(".")[0] for event in found)
    shown = [_field(event, cause.shows) for event in found]
    assert any(shown) if cause.value is None else cause.value in shown, shown
    assert all(event.time.seconds and event.record_time.seconds for event in found)


def test_every_type_is_tested() -> None:
    assert sorted(types_in_the_protos()) == sorted([*TYPES, *IN_THEIR_ROOMS])


@pytest.mark.parametrize("type_", IN_THEIR_ROOMS)
def test_a_room_tests_its_own(type_: str) -> None:
    file, payload = IN_THEIR_ROOMS[type_]
    tested = (ROOT / file).read_text()
    assert f'"{type_}"' in tested
    assert f".{payload}" in tested


def test_every_resource_is_told_of() -> None:
    """What becomes of each sample is told, too: tests/api/test_every_resource.py."""
    resources = {
        field.name for field in ResourceChanged.DESCRIPTOR.oneofs_by_name["resource"].fields
    }
    assert resources == {sample.field for sample in ALL} | set(ELSEWHERE)


def _field(message: Any, path: str) -> Any:
    for word in path.split("."):
        message = getattr(message, word)
    return message.ByteSize() if hasattr(message, "ByteSize") else message
