"""Running sessions that are looked at: what they hold of balances, and what ends them."""

from datetime import timedelta
from typing import Any

import pytest
from google.protobuf.json_format import ParseDict

from ampline.v1 import location_pb2, session_pb2, tariff_pb2, user_pb2
from server.domain.authorization import StartReason
from server.domain.errors import RefusedError
from server.domain.facts import SampledValue, SampleSet, StopReason
from server.domain.ledger import EntryType
from server.domain.money import Money
from server.store.models import BalanceEntry, Location, Session, Tariff, User
from server.work.money import ledger
from server.work.rules import Rules
from server.work.sessions import limits, remote, stopping
from server.work.sessions.session_rows import SessionState
from tests.work.bridge import Bridge, ended, events, measured, only_session, sample, started
from tests.work.network import (
    CHARGE_POINT,
    Write,
    add_tariff,
    energy_price,
    euros,
    idle_price,
    minutes_ago,
)

EURO = 1_000_000


def look(write: Write) -> Any:
    write(limits.look_at_due)
    return only_session()


def set_balance(units: float) -> None:
    User.update(balance_micros=round(units * EURO)).execute()


def with_conditions(**conditions: Any) -> None:
    """The standard tariff, with stop conditions."""
    Tariff.delete().execute()
    told = ParseDict({"stopConditions": conditions}, tariff_pb2.Tariff())
    told.MergeFrom(
        tariff_pb2.Tariff(
            name="tariffs/standard",
            display_name="Standard",
            currency="EUR",
            prices_include_tax=True,
            elements=[energy_price("0.50"), idle_price("0.10")],
        )
    )
    add_tariff(told)


def powered(minutes: float, register_wh: float, power_w: float, soc: float = 50) -> SampleSet:
    values = (
        SampledValue("Energy.Active.Import.Register", str(register_wh), register_wh, "Wh"),
        SampledValue("Power.Active.Import", str(power_w), power_w, "W"),
        SampledValue("SoC", str(soc), soc, "Percent"),
    )
    return SampleSet(minutes_ago(minutes), values)


def test_a_running_session_holds_what_it_will_cost(bridge: Bridge, write: Write) -> None:
    transaction = bridge.start(started(10)).transaction_id
    bridge.measure(measured(transaction, powered(0, 3_000, 12_000)))
    session = only_session()
    assert session.held_micros >= 1 * EURO + 12_000 * 15 * EURO // 2 // 3_600_000
    assert session.held_micros <= 2 * EURO
    assert session.watch_time > session.meter_time
    assert session.watch_wh > session.energy_wh
    assert session.total_micros == 1 * EURO


def test_within_what_is_held_nothing_is_looked_at(bridge: Bridge, write: Write) -> None:
    transaction = bridge.start(started(10)).transaction_id
    bridge.measure(measured(transaction, powered(1, 3_000, 12_000)))
    before = only_session()
    bridge.measure(measured(transaction, powered(0.9, 3_010, 12_000)))
    session = only_session()
    assert session.watch_time == before.watch_time
    assert session.held_micros == before.held_micros
    bridge.measure(measured(transaction, powered(0.1, 4_000, 60_000)))
    assert only_session().held_micros > before.held_micros


def test_what_is_held_cannot_be_spent(bridge: Bridge, write: Write) -> None:
    set_balance(2)
    transaction = bridge.start(started(10)).transaction_id
    bridge.measure(measured(transaction, powered(0, 3_000, 12_000)))

    def fee(unit: Any) -> None:
        ledger.book(unit, "users/ann", EntryType.CUSTOM_FEE, Money.of("EUR", -1), "fee")

    with pytest.raises(RefusedError, match="is needed"):
        write(fee)
    bridge.end(ended(transaction, 3_000))
    write(fee)
    assert User.get().balance_micros == 0
    assert only_session().held_micros is None


def test_a_session_ends_before_the_balance_is_gone(bridge: Bridge, write: Write) -> None:
    set_balance(5)
    transaction = bridge.start(started(60)).transaction_id
    bridge.measure(measured(transaction, powered(0.2, 10_500, 10_000)))
    assert only_session().stop_due_time is None
    bridge.measure(measured(transaction, powered(0, 10_980, 10_000)))
    session = only_session()
    assert (session.stop_reason, session.state) == (
        StopReason.BALANCE_EXCEEDED,
        SessionState.ACTIVE,
    )
    assert session.stop_due_time is not None
    assert (session.watch_time, session.watch_wh) == (None, None)
    assert events("session.updated") == ["session.updated"]
    bridge.end(ended(transaction, 11_000, reason=StopReason.REMOTE))
    session = only_session()
    assert (session.stop_reason, session.stop_due_time) == (StopReason.BALANCE_EXCEEDED, None)
    assert User.get().balance_micros == 0


def test_the_chargers_own_reason_stands(bridge: Bridge, write: Write) -> None:
    set_balance(1)
    transaction = bridge.start(started(60)).transaction_id
    bridge.measure(measured(transaction, powered(0, 3_000, 10_000)))
    assert only_session().stop_reason == StopReason.BALANCE_EXCEEDED
    bridge.end(ended(transaction, 3_100, reason=StopReason.EV_DISCONNECTED))
    assert only_session().stop_reason == StopReason.EV_DISCONNECTED
    assert User.get().balance_micros == -50_000


def test_between_meter_values_the_clock_looks(bridge: Bridge, write: Write) -> None:
    set_balance(5)
    transaction = bridge.start(started(60)).transaction_id
    bridge.measure(measured(transaction, powered(20, 9_000, 10_000)))
    Session.update(watch_time=1).execute()
    session = look(write)
    assert session.stop_reason == StopReason.BALANCE_EXCEEDED


def test_sessions_of_one_user_share_the_balance(bridge: Bridge, write: Write) -> None:
    set_balance(3.3)
    first = bridge.start(started(60)).transaction_id
    bridge.measure(measured(first, powered(0.5, 5_000, 10_000)))
    second = bridge.start(started(60, evse=2, token="BBBB")).transaction_id
    bridge.measure(measured(second, powered(0, 3_000, 10_000))._replace(evse=2))
    assert Session.select().where(Session.stop_due_time.is_null(False)).count() == 0
    held = sum(row.held_micros or 0 for row in Session.select())
    assert 3 * EURO < held <= 3.3 * EURO
    bridge.measure(measured(first, powered(0, 5_700, 10_000)))
    reasons = {row.ocpp_transaction_id: row.stop_reason for row in Session.select()}
    assert reasons == {first: StopReason.BALANCE_EXCEEDED, second: None}


def test_no_start_by_what_others_hold(bridge: Bridge, write: Write) -> None:
    set_balance(2)
    first = bridge.start(started(60)).transaction_id
    bridge.measure(measured(first, powered(0, 5_000, 10_000)))
    assert only_session().stop_reason == StopReason.BALANCE_EXCEEDED
    second = bridge.start(started(0, evse=2, token="BBBB"))
    assert second.authorization.reason is StartReason.INSUFFICIENT_BALANCE


def test_who_does_not_pay_by_balance_holds_nothing(bridge: Bridge, write: Write) -> None:
    User.update(payment_preference=4).execute()
    transaction = bridge.start(started(60)).transaction_id
    bridge.measure(measured(transaction, powered(0, 500_000, 10_000)))
    session = look(write)
    assert (session.watch_time, session.held_micros, session.stop_due_time) == (None, None, None)


@pytest.mark.parametrize(
    ("conditions", "reason"),
    [
        ({"maxDuration": "3600s"}, StopReason.TIME_LIMIT),
        ({"maxEnergyWh": "4000"}, StopReason.ENERGY_LIMIT),
        ({"maxSocPercent": 50}, StopReason.SOC_LIMIT),
        ({"maxAmount": {"currencyCode": "EUR", "units": "2"}}, StopReason.AMOUNT_LIMIT),
    ],
)
def test_each_of_a_tariffs_conditions_ends_a_session(
    bridge: Bridge, write: Write, conditions: dict[str, Any], reason: StopReason
) -> None:
    with_conditions(**conditions)
    User.update(payment_preference=4).execute()
    transaction = bridge.start(started(59)).transaction_id
    bridge.measure(measured(transaction, powered(58, 1_100, 2_000, 20)))
    assert look(write).stop_due_time is None
    earlier = Session.start_time - 2 * 60 * 1_000_000
    Session.update(start_time=earlier, watch_time=Session.watch_time - 1_000_000_000).execute()
    bridge.measure(measured(transaction, powered(0, 5_000, 4_000, 50)))
    assert only_session().stop_reason == reason


def test_what_was_asked_for_at_the_start_ends_it(
    bridge: Bridge, write: Write, rules: Rules
) -> None:
    wanted = session_pb2.Session.StopConditions(max_energy_wh=2_000)
    body = session_pb2.Session(stop_conditions=wanted).SerializeToString()
    asked = remote.StartWanted(CHARGE_POINT, evse=1, user="users/ann", stop_conditions=body)
    prepared = write(lambda unit: remote.prepare_start(unit, rules, asked))
    transaction = bridge.start(started(10, token=prepared.command.token)).transaction_id
    look(write)
    bridge.measure(measured(transaction, powered(5, 2_999, 10_000)))
    assert only_session().stop_due_time is None
    bridge.measure(measured(transaction, powered(4, 3_001, 10_000)))
    assert only_session().stop_reason == StopReason.ENERGY_LIMIT


def test_how_one_pays_this_time_is_what_counts(write: Write, rules: Rules) -> None:
    set_balance(0)
    asked = remote.StartWanted(CHARGE_POINT, evse=1, user="users/ann")
    with pytest.raises(RefusedError) as refused:
        write(lambda unit: remote.prepare_start(unit, rules, asked))
    assert refused.value.reason == "INSUFFICIENT_BALANCE"
    outside = asked._replace(payment_method=4)
    assert write(lambda unit: remote.prepare_start(unit, rules, outside)).session
    assert only_session().payment_method == 4


def test_an_amount_is_in_the_tariffs_currency(write: Write, rules: Rules) -> None:
    wanted = session_pb2.Session.StopConditions(max_amount=euros("2"))
    wanted.max_amount.currency_code = "USD"
    body = session_pb2.Session(stop_conditions=wanted).SerializeToString()
    asked = remote.StartWanted(CHARGE_POINT, evse=1, user="users/ann", stop_conditions=body)
    with pytest.raises(RefusedError) as refused:
        write(lambda unit: remote.prepare_start(unit, rules, asked))
    assert list(refused.value.violations) == ["stop_conditions.max_amount"]


def open_hours(**hours: Any) -> None:
    """The place is open every day of the year, but for what is said."""
    week = [
        {"day": day, "opens": {"hours": 0}, "closes": {"hours": 24}}
        for day in ("MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY")
    ]
    told = {"openingHours": {"weekly": week, "stopSessionsAtClosing": True, **hours}}
    message = ParseDict(told, location_pb2.Location())
    Location.update(opening_hours=message.SerializeToString()).execute()


def closed_today() -> dict[str, Any]:
    days = [minutes_ago(0) + timedelta(days=number) for number in (-1, 0, 1)]
    return {
        "exceptions": [
            {"date": {"year": day.year, "month": day.month, "day": day.day}, "closed": True}
            for day in days
        ]
    }


def test_a_place_that_closes_ends_what_runs_there(bridge: Bridge, write: Write) -> None:
    open_hours()
    bridge.start(started(10))
    assert look(write).stop_due_time is None
    open_hours(**closed_today())
    write(lambda unit: limits.at_location(unit, "locations/home"))
    assert look(write).stop_reason == StopReason.WORKING_HOURS_EXCEEDED


def test_not_for_those_who_are_exempt(bridge: Bridge, write: Write) -> None:
    group = user_pb2.User(groups=["userGroups/staff"]).SerializeToString()
    User.update(groups=group).execute()
    open_hours(**closed_today(), exemptUserGroups=["userGroups/staff"])
    bridge.start(started(10))
    assert look(write).stop_due_time is None


def test_only_where_closing_ends_sessions(bridge: Bridge, write: Write) -> None:
    open_hours()
    bridge.start(started(10))
    open_hours(**{**closed_today(), "stopSessionsAtClosing": False})
    write(lambda unit: limits.at_location(unit, "locations/home"))
    assert look(write).stop_due_time is None


def test_a_disabled_user_can_be_stopped(bridge: Bridge, write: Write) -> None:
    bridge.start(started(10))
    write(lambda unit: remote.stop_all(unit, "users/ann"))
    assert only_session().stop_reason == StopReason.DE_AUTHORIZED


def test_a_charger_is_told_again_and_again(bridge: Bridge, write: Write) -> None:
    transaction = bridge.start(started(10)).transaction_id
    write(lambda unit: remote.stop_all(unit, "users/ann"))
    waits = []
    for tries in range(1, 7):
        (stop,) = write(stopping.due)
        assert (stop.transaction_id, stop.tries) == (transaction, tries)
        assert write(stopping.due) == []
        waits.append(only_session().stop_due_time - write(lambda unit: unit.now))
        Session.update(stop_due_time=1).execute()
    for wait, most in zip(waits, (4, 8, 16, 32, 60, 60), strict=True):
        assert most - 4 < wait / 1_000_000 <= most
    bridge.end(ended(transaction, 2_000))
    assert write(stopping.due) == []


def test_a_session_is_billed_by_its_entry_alone(bridge: Bridge, write: Write) -> None:
    set_balance(1)
    transaction = bridge.start(started(60)).transaction_id
    bridge.measure(measured(transaction, sample(0, 3_000)))
    bridge.end(ended(transaction, 3_900))
    assert [row.amount_micros for row in BalanceEntry.select()] == [-1_450_000]
    assert User.get().balance_micros == -450_000
