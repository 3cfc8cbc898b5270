"""Energy registers that are told seldom, wrongly, or of another meter, and what is billed."""

import pytest

from server.domain.facts import Measured
from server.store.models import Evse, MeterValue
from server.store.unit import Unit
from server.work.sessions import billing
from server.work.sessions.session_rows import SessionWarning, by_name
from tests.work.bridge import Bridge, ended, measured, only_session, powered, sample, started
from tests.work.network import Write

BACKWARDS, JUMPED = SessionWarning.METER_WENT_BACKWARDS, SessionWarning.METER_JUMPED


def test_a_register_that_is_told_seldom_does_not_jump(bridge: Bridge) -> None:
    transaction = bridge.start(started(60)).transaction_id
    for minutes in (31, 30.1, 0.5, 0.1):  # between the register's own values, a power each time
        bridge.measure(measured(transaction, powered(minutes)))
        if minutes == 30.1:
            bridge.measure(measured(transaction, sample(30, 9000)))
    bridge.end(ended(transaction, 17_000))
    session = only_session()
    assert session.energy_wh == 16_000
    assert bridge.warnings(session) == []
    assert session.total_micros == 8_000_000


@pytest.mark.parametrize(("power_w", "energy_wh"), [(None, 20_000), (22_000, 0)])
def test_how_much_comes_at_once_depends_on_the_evse(
    bridge: Bridge, write: Write, power_w: int | None, energy_wh: int
) -> None:
    write(lambda unit: unit.execute(Evse.update(max_power_w=power_w)))
    transaction = bridge.start(started(1)).transaction_id
    bridge.measure(measured(transaction, sample(0.99, 11_000)))
    bridge.end(ended(transaction, 21_000, minutes=0.98))
    assert only_session().energy_wh == energy_wh


def test_a_register_that_stood_still_jumps_all_the_same(bridge: Bridge) -> None:
    transaction = bridge.start(started(60)).transaction_id
    bridge.measure(measured(transaction, sample(30, 2000), sample(2, 2000), powered(1)))
    bridge.end(ended(transaction, 12_000))
    session = only_session()
    assert session.energy_wh == 1000
    assert bridge.warnings(session) == [SessionWarning.METER_JUMPED]


def test_the_main_meter_moves_no_sessions_figures(bridge: Bridge) -> None:
    transaction = bridge.start(started(60)).transaction_id
    main = Measured(0, 0, None, (sample(30, 1500), sample(20, 900_000)))
    for _ in range(2):
        bridge.measure(main)
    bridge.measure(measured(transaction, sample(10, 2000)))
    assert only_session().energy_wh == 1000
    bridge.end(ended(transaction, 3000))
    session = only_session()
    assert session.energy_wh == 2000
    assert bridge.warnings(session) == []
    assert session.total_micros == 1_000_000
    kept = MeterValue.select().where(MeterValue.session == session.name)
    assert sorted(row.register_wh or 0 for row in kept) == [0, 0, 2000]


@pytest.mark.parametrize(
    ("told", "warning"),
    [
        ((-5,), BACKWARDS),
        ((1500, 0), BACKWARDS),
        ((0, 2000), BACKWARDS),
        ((1500, 1400, 2000), BACKWARDS),
        ((1500, 9_000_000, 2000), JUMPED),
        ((1500, 9_000_000), JUMPED),
    ],
)
def test_a_value_that_is_wrong_once_is_left_out(
    bridge: Bridge, told: tuple[int, ...], warning: int
) -> None:
    transaction = bridge.start(started(60)).transaction_id
    for index, value in enumerate(told):
        bridge.measure(measured(transaction, sample(50 - 10 * index, value)))
    bridge.end(ended(transaction, 3000))
    session = only_session()
    assert session.energy_wh == 2000
    assert bridge.warnings(session) == [warning]
    assert session.total_micros == 1_000_000


def test_a_wrong_value_may_be_told_several_times(bridge: Bridge) -> None:
    transaction = bridge.start(started(60)).transaction_id
    values = [sample(40, 2000), sample(30, 0), sample(20, 0), sample(10, 2500)]
    bridge.measure(measured(transaction, *values))
    bridge.end(ended(transaction, 3000))
    assert only_session().energy_wh == 2000
    assert [row.register_wh for row in MeterValue.select().order_by(MeterValue.time)] == [
        2000,
        None,
        None,
        2500,
    ]


def test_a_register_that_does_not_come_back_down_has_jumped(bridge: Bridge) -> None:
    transaction = bridge.start(started(60)).transaction_id
    bridge.measure(measured(transaction, sample(59, 2000), sample(58, 11_000), sample(5, 12_000)))
    bridge.end(ended(transaction, 13_000))
    session = only_session()
    assert session.energy_wh == 1000 + 2000  # 1000 to 2000, then 11000 to 13000
    assert bridge.warnings(session) == [JUMPED]


def _repriced(unit: Unit) -> None:
    session = by_name(unit, only_session().name)
    assert session is not None
    billing.reprice(unit, session)


def test_the_running_price_forgets_a_wrong_value(bridge: Bridge, write: Write) -> None:
    transaction = bridge.start(started(60)).transaction_id
    for minutes, value, price in ((50, 2000, 500_000), (40, 0, 500_000), (30, 2500, 750_000)):
        bridge.measure(measured(transaction, sample(minutes, value)))
        write(_repriced)
        assert only_session().total_micros == price


def test_values_from_before_the_session_are_not_its_own(bridge: Bridge) -> None:
    bridge.measure(measured(None, sample(90, 400)))
    transaction = bridge.start(started(60)).transaction_id
    bridge.measure(measured(None, sample(80, 500)))
    bridge.measure(measured(None, sample(30, 1500)))
    bridge.end(ended(transaction, 2000))
    session = only_session()
    assert session.energy_wh == 1000
    assert bridge.warnings(session) == []
    whose = {row.register_wh: row.session for row in MeterValue.select()}
    assert whose == {400: None, 500: None, 1500: session.name}
