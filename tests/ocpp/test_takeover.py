"""One connection a charger: takeover, goodbye, what is left of it (case 4)."""

import asyncio
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from peewee import Database

from ampline.v1.connectivity_pb2 import NetworkStatus
from server.domain.commands import Reset, ResetKind
from server.domain.errors import RefusedError
from server.store import models
from server.store.database import DatabaseLostError
from server.store.lane import WriteLane
from server.store.unit import Unit
from server.work import nodes
from tests.ocpp.conftest import PASSWORD, Platform, PlatformMaker
from tests.ocpp.raw_charger import RawCharger, basic

OPEN = "chargePoints/OPEN"
CONNECTION = (
    "charge_point.connected",
    "charge_point.disconnected",
    "charge_point.network_status_changed",
)


async def told(platform: Platform) -> list[str]:
    """The kinds of events about connections, in order."""
    return [event.type.split(".")[1] for event in await platform.events(*CONNECTION)]


async def row(platform: Platform) -> models.ChargePoint:
    found: models.ChargePoint = await platform.one(
        models.ChargePoint, models.ChargePoint.name == OPEN
    )
    return found


async def test_a_connection_is_noted_and_its_end_too(platform: Platform) -> None:
    charger = await platform.connect()
    connected = await row(platform)
    assert connected.network_status == NetworkStatus.AVAILABLE
    assert connected.connected_node == "node-1"
    assert connected.ocpp_version == 1

    await charger.connection.close()
    await platform.until(lambda: gone(platform))
    away = await row(platform)
    assert away.network_status == NetworkStatus.TEMPORARILY_UNAVAILABLE
    assert connected.connected_since is not None
    assert away.last_seen_time is not None
    assert away.last_seen_time >= connected.connected_since
    changes = await platform.events("charge_point.network_status_changed")
    assert [
        (
            change.charge_point_network_status_changed.old_status,
            change.charge_point_network_status_changed.new_status,
        )
        for change in changes
    ] == [
        (NetworkStatus.NEVER_CONNECTED, NetworkStatus.AVAILABLE),
        (NetworkStatus.AVAILABLE, NetworkStatus.TEMPORARILY_UNAVAILABLE),
    ]
    (event,) = await platform.events("charge_point.disconnected")
    assert event.charge_point_connection.reason == "closed by the charger: 1000"


async def gone(platform: Platform) -> bool:
    return (await row(platform)).connected_since is None


async def test_the_newest_connection_wins(platform: Platform) -> None:
    old = await platform.connect()
    new = await platform.connect()
    assert await old.closed() == 1001
    assert await new.ask("Heartbeat")
    await platform.settled()
    assert await told(platform) == [
        "connected",
        "network_status_changed",
        "disconnected",
        "connected",
    ]
    assert (await row(platform)).network_status == NetworkStatus.AVAILABLE
    assert len(platform.bridge.stations) == 1


async def test_the_old_ones_close_touches_nothing_of_the_new_one(platform: Platform) -> None:
    old = await platform.connect()
    old.connection.transport.pause_reading()  # it does not hear that it is replaced
    new = await platform.connect()
    since = (await row(platform)).connected_since
    old.connection.transport.abort()
    assert await new.ask("Heartbeat")
    assert (await row(platform)).connected_since == since
    assert "disconnected" not in (await told(platform))[-1:]


async def test_commands_of_the_old_connection_fail(platform: Platform) -> None:
    old = await platform.connect()
    command = asyncio.create_task(platform.bridge.stations.command(OPEN, Reset(ResetKind.SOFT), 10))
    assert (await old.receive())[2] == "Reset"
    await platform.connect()
    with pytest.raises(RefusedError) as caught:
        await command
    assert caught.value.reason == "CHARGER_OFFLINE"


async def test_ten_connections_at_once_leave_one(platform: Platform) -> None:
    chargers = await asyncio.gather(*(platform.connect() for _ in range(10)))
    await platform.settled()
    assert len(platform.bridge.stations) == 1
    assert (await told(platform)).count("connected") == 10
    assert (await told(platform)).count("disconnected") == 9
    alive = [charger for charger in chargers if await lives(charger)]
    assert len(alive) == 1
    assert await alive[0].ask("Heartbeat")


async def test_two_chargers_of_one_identity_are_told_of(make_platform: PlatformMaker) -> None:
    platform = await make_platform(trusted_proxies=("127.0.0.1",))
    for number in range(5):
        from_there = {"X-Forwarded-For": f"198.51.100.{number % 2}", **basic("CP1", PASSWORD)}
        await platform.connect("CP1", headers=from_there)
    told_of = await platform.events("charge_point.security_event")
    assert {event.charge_point_security_event.type for event in told_of} == {"AddressFlapping"}
    assert len(told_of) == 2


async def lives(charger: RawCharger) -> bool:
    try:
        await charger.still_there()
    except Exception:  # noqa: BLE001 - whatever it is, it does not live
        return False
    return True


async def test_an_operator_may_disconnect(platform: Platform) -> None:
    charger = await platform.connect()
    assert await platform.bridge.stations.disconnect(OPEN, "maintenance")
    assert await charger.closed() == 1001
    assert charger.connection.close_reason == "maintenance"
    assert not await platform.bridge.stations.disconnect(OPEN, "again")
    assert (await told(platform)).count("disconnected") == 1


async def test_a_stop_says_goodbye_and_notes_it(make_platform: PlatformMaker) -> None:
    platform = await make_platform()
    charger = await platform.connect()
    await asyncio.gather(platform.bridge.stop(), charger.closed())
    assert charger.connection.close_code == 1001
    (event,) = await platform.events("charge_point.disconnected")
    assert event.charge_point_connection.reason == "the server stopped"


async def test_what_a_dead_node_left_is_ended_at_the_start(
    make_platform: PlatformMaker,
) -> None:
    first = await make_platform()
    await first.update(
        models.ChargePoint,
        "chargePoints/OTHER",
        connected_since=1,
        connected_node="dead",
        network_status=2,
    )
    second = await make_platform()
    (event,) = await second.events("charge_point.disconnected")
    assert event.charge_point == "chargePoints/OTHER"
    (changed,) = await second.events("charge_point.network_status_changed")
    assert changed.charge_point_network_status_changed.new_status == 3


async def test_what_a_node_held_before_it_died_it_holds_no_more(
    make_platform: PlatformMaker,
) -> None:
    """Where there are several, it is back under its name before anybody took it for dead."""
    first = await make_platform()
    held = {"connected_since": 1, "connected_node": "mine", "network_status": 2}
    await first.update(models.ChargePoint, "chargePoints/OTHER", **held)
    await first.lane.write(partial(nodes.renew, node="mine"))
    again = await make_platform(node="mine")
    (event,) = await again.events("charge_point.disconnected")
    assert event.charge_point == "chargePoints/OTHER"


class LosingLane(WriteLane):
    """Loses the database as long as it is told to, before a commit or behind it."""

    def __init__(self, database: Database, *, committed: bool) -> None:
        super().__init__(database)
        self._committed = committed
        self.loses = True

    def write(self, job: Callable[[Unit], Any]) -> "asyncio.Future[Any]":
        return asyncio.ensure_future(self._lose(job)) if self.loses else super().write(job)

    async def _lose(self, job: Callable[[Unit], Any]) -> None:
        if self._committed:
            await super().write(job)
        raise DatabaseLostError


@pytest.mark.parametrize("committed", [True, False])
async def test_who_comes_or_goes_while_the_database_is_away_is_noted_later(
    platform: Platform, committed: bool
) -> None:
    stations = platform.bridge.stations
    stations._lane = lane = LosingLane(platform.database, committed=committed)

    async def failed() -> bool:
        return bool(stations._unnoted)

    async def noted() -> list[str]:
        """With the database back."""
        await platform.until(failed)
        lane.loses = False
        stations.tell_seen()
        await lane.write(lambda _: None)
        lane.loses = True
        return await told(platform)

    charger = await platform.connect()
    came = ["connected", "network_status_changed"]
    assert await noted() == came
    await charger.connection.close()
    assert await noted() == [*came, "disconnected", "network_status_changed"]
    assert (await row(platform)).connected_node is None
    lane.close()
