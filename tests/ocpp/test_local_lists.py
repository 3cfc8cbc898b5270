"""Local lists, from the charger's side: a simulated station keeps what it is sent."""

from collections.abc import AsyncIterator, Callable
from functools import partial
from typing import Any

import pytest

from clients.charger import CallError, Station
from clients.charger.ocpp201 import Ocpp201
from server.domain import commands
from server.domain.errors import RefusedError
from server.relay.errands import Errands
from server.relay.rounds import Rounds
from server.store import models
from server.store.clock import now_us
from server.work.stations import list_sending, local_lists
from server.work.stations.list_sending import Sent
from server.work.stations.local_lists import INCOMPLETE, STALE, UP_TO_DATE
from tests.ocpp.conftest import RULES, Platform

CP = "chargePoints/OPEN"
MINUTE = 61_000_000


class Lists:
    """A platform whose charger OPEN is a station, with ID tags."""

    def __init__(self, platform: Platform, station: Station) -> None:
        self.platform = platform
        self.station = station

    async def add(self, *tokens: str, **columns: Any) -> None:
        """ID tags of Ann's that are for local lists."""
        now = now_us()
        for token in tokens:
            row = {
                "name": f"idTags/{token}",
                "token": token,
                "token_key": token.lower(),
                "user": "users/ann",
                "on_local_list": True,
                "create_time": now,
                "update_time": now,
                **columns,
            }
            await self._run(models.IdTag.insert(**row))

    async def change(self, token: str, **columns: Any) -> None:
        """Changes an ID tag."""
        await self.platform.update(models.IdTag, f"idTags/{token}", **columns)

    async def delete(self, token: str) -> None:
        """Deletes an ID tag."""
        await self._run(models.IdTag.delete().where(models.IdTag.token == token))

    async def takes(
        self, key: str, most: int, told: str = "", component: str | None = None
    ) -> None:
        """The charger has such a limit, and has told of it; in 2.x by another name."""
        self.station.configuration.set(key, str(most))
        row = {"name": f"{CP}/configurationKeys/{key}", "charge_point": CP, "report_time": 0}
        value = {"key": told or key, "component": component, "value": str(most)}
        await self._run(models.ConfigurationKey.insert(**row, **value))

    async def send(self, *, full: bool = False) -> Sent:
        """Brings the charger's list up to date."""
        ask = partial(self.platform.bridge.stations.command, CP, timeout=10)
        return await list_sending.send(self.platform.lane, ask, CP, full=full)

    async def row(self) -> Any:
        """What we know of the charger's list."""
        return await self.platform.one(models.LocalList)

    async def _run(self, query: Any) -> None:
        await self.platform.lane.write(lambda unit: unit.execute(query))


@pytest.fixture
async def lists(platform: Platform) -> AsyncIterator[Lists]:
    async with Station(f"{platform.url}/ocpp", "OPEN") as station:
        await station.boot()
        yield Lists(platform, station)


async def test_a_list_of_2_0_1(platform: Platform) -> None:
    async with Station(f"{platform.url}/ocpp", "OPEN", dialect=Ocpp201()) as station:
        await station.boot()
        lists = Lists(platform, station)
        await lists.takes("SendLocalListMaxLength", 2, "ItemsPerMessage", "LocalAuthListCtrlr")
        await lists.add(*"BCDEF")
        assert await lists.send() == Sent("Accepted", 3)
        await lists.change("B", on_local_list=False)
        station.local_list.version = 100
        assert await lists.send() == Sent("Accepted", 3)
        assert station.local_list.statuses == dict.fromkeys("CDEF", "Accepted")
        ask = partial(platform.bridge.stations.command, CP)
        answer = await ask(commands.GetLocalListVersion(), 10)
        assert answer.list_version == (await lists.row()).list_version


async def test_a_list_in_parts(lists: Lists) -> None:
    await lists.takes("SendLocalListMaxLength", 3)
    await lists.add(*"BCDEFGH")
    await lists.add("X", state=2)
    await lists.add("Y", expire_time=now_us() - 1)
    await lists.add("Z", user=None)
    assert await lists.send() == Sent("Accepted", 3)
    said = [entry.call for entry in await lists.platform.messages("SendLocalList")]
    assert len(said) == 3
    assert all('"idTag":"***"' in call for call in said)
    known = lists.station.local_list
    assert known.statuses == {
        **dict.fromkeys("BCDEFGH", "Accepted"),
        "X": "Blocked",
        "Y": "Expired",
    }
    row = await lists.row()
    assert (row.state, row.list_version, row.entry_count) == (UP_TO_DATE, known.version, 9)


async def test_only_what_has_changed(lists: Lists) -> None:
    await lists.add(*"BCDEFGH")
    await lists.send()
    assert await lists.send() == Sent("", 0)
    await lists.change("B", on_local_list=False)
    await lists.change("C", state=3)
    assert await lists.send() == Sent("Accepted", 1)
    *_, sent = [each for each in lists.station.commands if each.action == "SendLocalList"]
    assert sent.payload["updateType"] == "Differential"
    assert sent.payload["localAuthorizationList"] == [
        {"idTag": "B"},
        {"idTag": "C", "idTagInfo": {"status": "Blocked"}},
    ]
    assert lists.station.local_list.statuses == {
        **dict.fromkeys("DEFGH", "Accepted"),
        "C": "Blocked",
    }


async def test_a_deleted_tag_needs_the_whole_list(lists: Lists) -> None:
    await lists.add(*"BCD")
    await lists.send()
    await lists.delete("B")
    await lists.send()
    *_, sent = [each for each in lists.station.commands if each.action == "SendLocalList"]
    assert sent.payload["updateType"] == "Full"
    assert lists.station.local_list.statuses.keys() == {"C", "D"}


async def test_a_charger_with_another_version_gets_the_whole_list(lists: Lists) -> None:
    await lists.add(*"BCD")
    await lists.send()
    lists.station.local_list.version = 100
    await lists.add("E")
    assert await lists.send() == Sent("Accepted", 2)
    assert lists.station.local_list.statuses.keys() == {*"BCDE"}
    assert (await lists.row()).list_version == lists.station.local_list.version


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ({"status": "NotSupported"}, "CHARGER_REJECTED"),
        (CallError("InternalError"), "CHARGER_ERROR"),
    ],
)
async def test_what_the_charger_does_not_take(lists: Lists, answer: Any, reason: str) -> None:
    await lists.add("B")
    lists.station.answer_with("SendLocalList", answer)
    with pytest.raises(RefusedError) as refused:
        await lists.send()
    assert refused.value.reason == reason
    row = await lists.row()
    assert (row.state, row.content_digest, row.claim_time) == (INCOMPLETE, None, None)


async def test_a_charger_that_is_away_has_what_it_had(lists: Lists) -> None:
    await lists.add("B")
    await lists.send()
    await lists.station.disconnect()
    await lists.platform.until(lambda: _is_gone(lists))
    await lists.add("C")
    with pytest.raises(RefusedError, match="not connected"):
        await lists.send()
    assert (await lists.row()).state == UP_TO_DATE


async def _is_gone(lists: Lists) -> bool:
    return len(lists.platform.bridge.stations) == 0


async def test_no_two_send_at_once(lists: Lists) -> None:
    begin = partial(local_lists.begin, charge_point=CP, full=True)
    await lists.platform.lane.write(begin)
    with pytest.raises(RefusedError) as refused:
        await lists.send()
    assert refused.value.reason == "LOCAL_LIST_BUSY"


async def test_a_list_that_is_too_long(lists: Lists) -> None:
    await lists.takes("LocalAuthListMaxLength", 2)
    await lists.add(*"BCD")
    with pytest.raises(RefusedError) as refused:
        await lists.send()
    assert refused.value.metadata == {"entries": "3", "max_entries": "2"}


def _spoil(lists: Lists) -> Callable[[], Any]:
    return partial(lists.platform.update, models.User, "users/ann", state=2)


async def test_the_clock_finds_what_is_stale_and_sends_it(lists: Lists) -> None:
    platform = lists.platform
    hands = [now_us()]

    async def tick(*, keeps_lists: bool) -> None:
        stations = platform.bridge.stations
        rounds = Rounds(platform.lane, platform.reads, stations, RULES, keeps_lists=keeps_lists)
        errands = Errands(platform.lane, rounds.all(), lambda: hands[0])
        await errands.tick()
        await errands.finished()
        hands[0] += MINUTE

    await lists.add(*"BC")
    await lists.send()
    await tick(keeps_lists=False)
    assert (await lists.row()).state == UP_TO_DATE
    await _spoil(lists)()
    await tick(keeps_lists=False)
    assert (await lists.row()).state == STALE
    assert set(lists.station.local_list.statuses.values()) == {"Accepted"}
    await tick(keeps_lists=True)
    assert (await lists.row()).state == UP_TO_DATE
    assert set(lists.station.local_list.statuses.values()) == {"Blocked"}


async def test_a_charger_that_tells_another_version_is_stale(lists: Lists) -> None:
    await lists.add("B")
    await lists.send()
    tell = partial(local_lists.version_told, charge_point=CP)
    await lists.platform.lane.write(partial(tell, version=1))
    assert (await lists.row()).state == UP_TO_DATE
    await lists.platform.lane.write(partial(tell, version=0))
    row = await lists.row()
    assert (row.state, row.content_digest) == (STALE, None)
