"""Sessions that a charger cannot know any more after it booted are ended here."""

import pytest

from server.domain.facts import EvseStatus, StopReason
from server.store.clock import now_us
from server.store.models import ChargePoint, Evse, Session
from server.work.rules import Rules
from server.work.sessions import expiry
from server.work.sessions.session_rows import SessionState
from tests.work.bridge import Bridge, ended, measured, only_session, sample, started
from tests.work.network import Write

MINUTE = 60_000_000


def booted(write: Write, minutes_ago: int, status: EvseStatus | None) -> None:
    """The charger booted so long ago, and told that status since."""
    charge_point = ChargePoint.update(
        last_boot_time=now_us() - minutes_ago * MINUTE, network_status=2
    )
    write(lambda unit: unit.execute(charge_point))
    write(lambda unit: unit.execute(Evse.update(hardware_status=status)))


@pytest.mark.parametrize("status", [None, EvseStatus.PREPARING, EvseStatus.UNAVAILABLE])
def test_what_nothing_is_told_of_after_a_boot_is_over(
    bridge: Bridge, write: Write, rules: Rules, status: EvseStatus | None
) -> None:
    transaction = bridge.start(started(60)).transaction_id
    bridge.measure(measured(transaction, sample(30, 6_000)))
    booted(write, 9, status)
    assert write(lambda unit: expiry.close_lost(unit, rules)) == 0  # it may yet tell
    booted(write, 11, status)
    assert write(lambda unit: expiry.close_lost(unit, rules)) == 1
    session = only_session()
    assert (session.state, session.energy_wh) == (SessionState.FINISHED, 5_000)
    assert session.stop_reason == StopReason.CHARGE_POINT_TIMEOUT
    bridge.end(ended(transaction, 7_000, minutes=25))
    assert only_session().energy_wh == 6_000


def test_what_goes_on_after_a_boot_goes_on(bridge: Bridge, write: Write, rules: Rules) -> None:
    first = bridge.start(started(60)).transaction_id
    second = bridge.start(started(60, evse=2, token="BBBB")).transaction_id
    booted(write, 20, EvseStatus.PREPARING)
    for transaction, evse in ((first, 1), (second, 2)):
        fact = measured(transaction, sample(10, 6_000))._replace(evse=evse)
        bridge.measure(fact)
    third = bridge.start(started(5, evse=1)).transaction_id
    assert third
    assert write(lambda unit: expiry.close_lost(unit, rules)) == 0
    booted(write, 20, EvseStatus.SUSPENDED_EV)
    write(lambda unit: unit.execute(Session.update(meter_time=None)))
    assert write(lambda unit: expiry.close_lost(unit, rules)) == 0


@pytest.mark.parametrize(("free_for", "closed"), [(11, 1), (59, 1), (61, 0), (9, 0)])
def test_an_evse_has_to_be_free_again(
    bridge: Bridge, write: Write, rules: Rules, free_for: int, closed: int
) -> None:
    transaction = bridge.start(started(60)).transaction_id
    bridge.measure(measured(transaction, sample(1, 6_000)))
    since = now_us() - free_for * MINUTE
    free = Evse.update(hardware_status=EvseStatus.AVAILABLE, hardware_status_time=since)
    write(lambda unit: unit.execute(free))
    assert write(lambda unit: expiry.close_lost(unit, rules)) == closed
