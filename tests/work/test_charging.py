"""Sessions from the charger's side: begun, metered, ended, billed; and all that goes wrong."""

import pytest

from ampline.v1 import event_pb2, tariff_pb2
from server.domain.authorization import AuthorizationStatus
from server.domain.facts import (
    EvseStatus,
    StopReason,
)
from server.store.models import (
    BalanceEntry,
    ChargePoint,
    Event,
    Evse,
    MeterValue,
    Session,
    Tariff,
    Transaction,
    User,
)
from server.work.rules import Rules
from server.work.sessions import announce, expiry, turns
from server.work.sessions.session_rows import (
    BillingState,
    PaymentState,
    SessionState,
    SessionWarning,
)
from tests.work.bridge import Bridge, ended, events, measured, only_session, sample, started
from tests.work.network import (
    CHARGE_POINT,
    Write,
    add_tariff,
    energy_price,
    idle_price,
    minutes_ago,
)


def test_a_visit_is_billed_to_the_driver(bridge: Bridge) -> None:
    transaction = bridge.start(started(60)).transaction_id
    bridge.measure(measured(transaction, sample(30, 6000)))
    bridge.end(ended(transaction, 11_000))
    session = only_session()
    assert session.state == SessionState.FINISHED
    assert session.energy_wh == 10_000
    assert session.total_micros == 5_000_000  # 10 kWh at 0.50
    assert session.billing_state == BillingState.COMPLETED
    assert session.payment_state == PaymentState.PAID
    entry = BalanceEntry.get()
    assert (entry.amount_micros, entry.balance_after_micros) == (-5_000_000, 95_000_000)
    assert User.get().balance_micros == 95_000_000
    assert (User.get().session_count, User.get().energy_wh) == (1, 10_000)
    payment = Transaction.get()
    assert (payment.total_micros, payment.net_micros, payment.tax_micros) == (
        5_000_000,
        4_130_000,
        870_000,
    )
    assert events() == [
        "session.started",
        "session.meter_values",
        "user.balance_changed",
        "transaction.changed",
        "session.priced",
        "session.stopped",
    ]


def test_the_tariff_at_the_start_prices_the_session(bridge: Bridge, write: Write) -> None:
    transaction = bridge.start(started()).transaction_id
    write(lambda unit: unit.execute(Tariff.update(elements=None, version=2)))
    bridge.end(ended(transaction, 3000))
    assert only_session().total_micros == 1_000_000


def test_a_resent_start_is_the_same_transaction(bridge: Bridge) -> None:
    fact = started()
    first, again = bridge.start(fact), bridge.start(fact)
    assert again.transaction_id == first.transaction_id
    assert again.authorization.accepted
    assert Session.select().count() == 1


def test_a_resent_stop_changes_nothing_and_another_figure_is_flagged(bridge: Bridge) -> None:
    transaction = bridge.start(started()).transaction_id
    stop = ended(transaction, 3000)
    bridge.end(stop)
    bridge.end(stop)
    assert bridge.warnings(only_session()) == []
    bridge.end(ended(transaction, 9000))
    assert bridge.warnings(only_session()) == [SessionWarning.STOPPED_TWICE]
    assert only_session().energy_wh == 2000
    assert BalanceEntry.select().count() == 1


def test_a_refused_start_keeps_its_energy(bridge: Bridge) -> None:
    first = bridge.start(started(token="NOBODY"))
    second = bridge.start(started(evse=2, token="NOBODY2"))
    assert first.authorization.status is AuthorizationStatus.INVALID
    assert first.transaction_id != second.transaction_id
    bridge.end(ended(first.transaction_id, 3000))
    session = Session.get(Session.token == "NOBODY")
    assert session.state == SessionState.FAILED
    assert session.authorization_refused == "ID_TAG_UNKNOWN"
    assert session.energy_wh == 2000
    assert session.payment_state == PaymentState.PENDING
    assert Transaction.get().user is None
    assert Transaction.get().total_micros == 1_000_000


def test_an_evse_that_only_its_charger_knows_is_made_and_told_of(bridge: Bridge) -> None:
    bridge.start(started(evse=7))
    assert only_session().evse == "chargePoints/CP1/evses/7"
    assert events() == ["evse.created", "session.started"]


def test_a_start_on_the_same_connector_closes_the_stale_session(bridge: Bridge) -> None:
    bridge.start(started(60))
    bridge.start(started(30, meter_start_wh=5000))
    stale = Session.select().order_by(Session.start_time).first()
    assert stale.stop_reason == StopReason.NEW_TRANSACTION_RECEIVED
    assert stale.state == SessionState.FINISHED
    assert Session.select().where(Session.state == SessionState.ACTIVE).count() == 1


def test_a_start_told_late_leaves_a_newer_session_alone(bridge: Bridge) -> None:
    bridge.start(started(10))
    bridge.start(started(600, meter_start_wh=500))
    assert Session.select().where(Session.state == SessionState.ACTIVE).count() == 2


def test_a_start_from_before_the_connection_is_flagged_never_refused(
    bridge: Bridge, write: Write
) -> None:
    from server.store.clock import now_us

    write(lambda unit: unit.execute(ChargePoint.update(connected_since=now_us())))
    answer = bridge.start(started(60, token="NOBODY"))
    assert answer.authorization.accepted
    session = only_session()
    assert session.state == SessionState.ACTIVE
    assert session.started_offline
    assert bridge.warnings(session) == [SessionWarning.STARTED_AGAINST_RULES]


def test_an_impossible_time_is_replaced_and_a_bill_by_time_is_held(bridge: Bridge) -> None:
    transaction = bridge.start(started(60 * 24 * 200)).transaction_id
    bridge.end(ended(transaction, 3000))
    session = only_session()
    assert SessionWarning.TIME_REPLACED in bridge.warnings(session)
    assert session.billing_state == BillingState.SUSPENDED
    assert BalanceEntry.select().count() == 0


def test_repeated_meter_values_are_stored_once(bridge: Bridge) -> None:
    transaction = bridge.start(started()).transaction_id
    values = measured(transaction, sample(30, 2000))
    bridge.measure(values)
    bridge.measure(values)
    assert MeterValue.select().count() == 1
    assert events("session.meter_values") == ["session.meter_values"]


def test_values_without_a_transaction_go_to_the_session_on_the_evse(bridge: Bridge) -> None:
    bridge.start(started())
    bridge.measure(measured(None, sample(30, 2000)))
    bridge.measure(measured("999999", sample(20, 2500)))
    session = only_session()
    assert session.energy_wh == 1500
    assert bridge.warnings(session) == [SessionWarning.METER_VALUES_ATTRIBUTED]


def test_values_of_nobody_are_kept(bridge: Bridge) -> None:
    bridge.measure(measured(None, sample(30, 2000)))
    assert MeterValue.get().session is None
    assert MeterValue.get().not_billed


def test_a_register_that_starts_anew_sums_its_runs(bridge: Bridge) -> None:
    transaction = bridge.start(started()).transaction_id
    bridge.measure(measured(transaction, sample(40, 3000), sample(30, 0), sample(20, 1500)))
    bridge.end(ended(transaction, 2000))
    session = only_session()
    assert session.energy_wh == 2000 + 2000
    assert bridge.warnings(session) == [SessionWarning.METER_WENT_BACKWARDS]
    assert session.total_micros == 2_000_000


def test_a_register_that_jumps_is_left_out(bridge: Bridge) -> None:
    transaction = bridge.start(started()).transaction_id
    bridge.measure(measured(transaction, sample(30, 2000), sample(29, 9_000_000)))
    bridge.end(ended(transaction, 9_001_000))
    session = only_session()
    assert session.energy_wh == 2000
    assert bridge.warnings(session) == [SessionWarning.METER_JUMPED]


@pytest.mark.parametrize("transaction", ["0", "-1", "9223372036854775807"])
def test_a_stop_without_a_known_id_ends_the_one_session_that_fits(
    bridge: Bridge, transaction: str
) -> None:
    bridge.start(started())
    bridge.end(ended(transaction, 3000, token="AAAA"))
    assert only_session().state == SessionState.FINISHED
    assert only_session().energy_wh == 2000


def test_a_stop_that_fits_nothing_is_kept_as_an_orphan(bridge: Bridge) -> None:
    stop = ended("12345", 3000, token="AAAA")
    bridge.end(stop)
    bridge.end(stop)
    session = only_session()
    assert bridge.warnings(session) == [SessionWarning.ORPHAN]
    assert session.billing_state == BillingState.SUSPENDED
    assert User.get().balance_micros == 100_000_000


def test_a_transaction_keeps_the_id_that_its_charger_gave_it(bridge: Bridge) -> None:
    for transaction in ("", "0"):
        begun = bridge.start(started(evse=1 + len(transaction), transaction_id=transaction))
        assert begun.transaction_id == transaction


def test_idle_minutes_are_billed_as_such(bridge: Bridge, write: Write) -> None:
    transaction = bridge.start(started(60)).transaction_id
    evse = f"{CHARGE_POINT}/evses/1"
    write(
        lambda unit: turns.status_changed(
            unit,
            CHARGE_POINT,
            evse,
            EvseStatus.CHARGING,
            EvseStatus.SUSPENDED_EV,
            minutes_ago(20),
        )
    )
    bridge.end(ended(transaction, 3000))
    session = only_session()
    assert session.total_micros == 1_000_000 + 2_000_000  # 2 kWh and 20 idle minutes
    assert (session.metered_us, session.idle_us) == (40 * 60_000_000, 20 * 60_000_000)


def test_the_tariffs_own_idle_detection_goes_before_the_chargers_word(bridge: Bridge) -> None:
    terms = tariff_pb2.Tariff(
        name="tariffs/standard",
        display_name="Standard",
        currency="EUR",
        elements=[idle_price("0.10")],
        idle_detection=tariff_pb2.Tariff.IdleDetection(average_power_below_w=1000),
    )
    Tariff.delete().execute()
    add_tariff(terms)
    transaction = bridge.start(started(60)).transaction_id
    bridge.measure(
        measured(transaction, *(sample(60 - m, 1000 + 100 * m) for m in range(0, 31, 5)))
    )
    bridge.measure(measured(transaction, *(sample(60 - m, 4000) for m in range(35, 60, 5))))
    bridge.end(ended(transaction, 4000))
    session = only_session()
    assert session.total_micros == 2_500_000  # 25 minutes from the first slow reading on
    assert session.idle_us == 25 * 60_000_000


def test_a_late_stop_corrects_a_session_that_was_closed_here(
    bridge: Bridge, write: Write, rules: Rules
) -> None:
    transaction = bridge.start(started(60)).transaction_id
    bridge.measure(measured(transaction, sample(30, 2000)))
    write(
        lambda unit: unit.execute(
            Evse.update(
                hardware_status=EvseStatus.AVAILABLE, hardware_status_time=unit.now - 700_000_000
            )
        )
    )
    assert write(lambda unit: expiry.close_lost(unit, rules)) == 1
    session = only_session()
    assert session.stop_reason == StopReason.CHARGE_POINT_TIMEOUT
    assert session.total_micros == 500_000
    bridge.end(ended(transaction, 5000, minutes=25))
    session = only_session()
    assert session.energy_wh == 4000
    assert session.total_micros == 2_000_000
    assert User.get().balance_micros == 98_000_000
    assert [
        entry.amount_micros for entry in BalanceEntry.select().order_by(BalanceEntry.number)
    ] == [
        -500_000,
        -1_500_000,
    ]
    assert (User.get().session_count, User.get().energy_wh) == (1, 4000)


def test_time_runs_up_a_price_without_meter_values(bridge: Bridge, write: Write) -> None:
    bridge.start(started(60))
    idle = EvseStatus.SUSPENDED_EV, minutes_ago(30)
    evse = f"{CHARGE_POINT}/evses/1"
    write(lambda unit: turns.status_changed(unit, CHARGE_POINT, evse, None, *idle))
    assert write(lambda unit: expiry.refresh_prices(unit, 0)) == 1
    assert only_session().total_micros >= 3_000_000


def test_running_prices_are_refreshed(bridge: Bridge, write: Write) -> None:
    transaction = bridge.start(started(60)).transaction_id
    bridge.measure(measured(transaction, sample(30, 3000)))
    assert write(lambda unit: expiry.refresh_prices(unit, 0)) == 1
    session = only_session()
    assert session.total_micros == 1_000_000
    assert session.billing_state == BillingState.PENDING


def test_a_tariff_made_anew_under_its_old_name_is_the_new_one(bridge: Bridge) -> None:
    bridge.end(ended(bridge.start(started(60)).transaction_id, 2000))
    Tariff.delete().execute()
    dear = tariff_pb2.Tariff(
        name="tariffs/standard", display_name="Dear", currency="EUR", elements=[energy_price("2")]
    )
    add_tariff(dear)
    bridge.end(ended(bridge.start(started(30)).transaction_id, 2000))
    totals = [row.total_micros for row in Session.select().order_by(Session.start_time)]
    assert totals == [500_000, 2_000_000]


def test_a_sessions_event_tells_the_session_and_whose_words_it_has(
    bridge: Bridge, write: Write
) -> None:
    bridge.start(started(0))
    row = Event.select().where(Event.type == "session.started").get()
    told = event_pb2.Event.FromString(bytes(row.body)).session_changed
    assert told.session == write(lambda unit: announce.read_session(unit, row.subject))
    assert (told.session.token, told.old_state) == ("AAAA", 0)
    assert row.person == told.session.user == "users/ann"
