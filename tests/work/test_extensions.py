"""A session that goes on where the charger broke one off."""

from typing import Any

import pytest

from server.domain.facts import StopReason
from server.store.models import Event, Session
from tests.work.bridge import Bridge, ended, started

BROKEN_OFF = [StopReason.POWER_LOSS, StopReason.REBOOT, StopReason.HARD_RESET]


def in_turn() -> list[Any]:
    return list(Session.select().order_by(Session.start_time))


@pytest.mark.parametrize("reason", BROKEN_OFF)
def test_the_same_driver_goes_on(bridge: Bridge, reason: StopReason) -> None:
    transaction = bridge.start(started(60)).transaction_id
    bridge.end(ended(transaction, 3000, 30, reason=reason))
    bridge.start(started(20, meter_start_wh=3000))
    first, second = in_turn()
    assert second.original_session == first.name
    assert first.extending_session == second.name
    assert (first.original_session, second.extending_session) == (None, None)
    told = Event.select(Event.type, Event.subject).order_by(Event.position.desc()).limit(2).tuples()
    assert list(told) == [("session.started", second.name), ("session.updated", first.name)]


def test_a_start_on_top_of_a_session_goes_on_with_it(bridge: Bridge) -> None:
    bridge.start(started(20))
    bridge.start(started(10, meter_start_wh=2000))
    first, second = in_turn()
    assert first.stop_reason == StopReason.NEW_TRANSACTION_RECEIVED
    assert (first.extending_session, second.original_session) == (second.name, first.name)


@pytest.mark.parametrize(
    ("stopped", "begun"),
    [
        ({"reason": StopReason.LOCAL}, {}),
        ({"reason": StopReason.EV_DISCONNECTED}, {}),
        ({"reason": StopReason.POWER_LOSS}, {"token": "NOBODY"}),
        ({"reason": StopReason.POWER_LOSS}, {"evse": 2}),
        ({"reason": StopReason.POWER_LOSS, "minutes": 40}, {}),
    ],
    ids=["ended by the driver", "unplugged", "another driver", "another place", "too late"],
)
def test_what_is_a_session_of_its_own(
    bridge: Bridge, stopped: dict[str, Any], begun: dict[str, Any]
) -> None:
    transaction = bridge.start(started(60)).transaction_id
    bridge.end(ended(transaction, 3000, **{"minutes": 30, **stopped}))
    bridge.start(started(20, meter_start_wh=3000, **begun))
    for session in in_turn():
        assert (session.original_session, session.extending_session) == (None, None)
