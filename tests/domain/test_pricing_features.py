"""Each thing that a tariff can say, one by one."""

from dataclasses import replace
from datetime import UTC, time
from decimal import Decimal

import pytest

from server.domain.money import CurrencyMismatchError, Money
from server.domain.pricing import (
    ChargingPeriod,
    LineKind,
    MeterSample,
    SessionFacts,
    UnpricedError,
    price_refused,
    price_reservation,
    price_session,
)
from server.domain.tariffs import (
    Dimension,
    Element,
    FixedPrice,
    PriceUnit,
    Tariff,
)
from tests.domain.pricing_terms import (
    CHARGING,
    IDLE,
    MONDAY,
    amounts,
    at,
    charging,
    charging_hour,
    energy,
    eur,
    fee,
    idling,
    idling_hour,
    metered,
    minutes,
    power_minute,
    quantities,
    reserved_hour,
    session,
    tariff,
)


@pytest.mark.parametrize(
    ("element", "facts", "net"),
    [
        (fee("0.35"), session(minutes(60), 10_000), "0.35"),
        (energy("0.39"), session(minutes(60), 10_000), "3.90"),
        (energy("0.2345"), session(minutes(60), 10_000), "2.35"),
        (charging("0.05"), session(minutes(60), 10_000, minutes(30)), "3.00"),
        (charging_hour(3), session(minutes(20)), "1.00"),
        (idling("0.10"), session(minutes(60), 10_000, minutes(30)), "3.00"),
        (power_minute("0.10"), session(minutes(60), 10_000, minutes(30)), "6.00"),
    ],
)
def test_every_dimension_has_its_measure(element: Element, facts: SessionFacts, net: str) -> None:
    price = price_session(tariff(element), facts)
    assert amounts(price) == [net]
    assert price.lines[0].kind.value == element.dimension.value


def test_reservation_is_billed_before_the_session() -> None:
    facts = replace(session(minutes(60), 10_000), reserved_from=MONDAY - minutes(15))
    price = price_session(tariff(reserved_hour(4), charging_hour(1), fee(1)), facts)
    assert amounts(price) == ["1.00", "1.00", "1.00"]
    kinds = [line.kind for line in price.lines]
    assert kinds == [LineKind.SESSION, LineKind.CHARGING_TIME, LineKind.RESERVATION_TIME]


def test_a_reservation_that_nobody_used_costs_its_time_alone() -> None:
    whole = tariff(reserved_hour(4), fee(1), min_price=eur(5))
    price = price_reservation(whole, MONDAY - minutes(30), MONDAY, UTC)
    assert amounts(price) == ["2.00"]


def test_a_refused_start_owes_the_energy_that_flowed_and_no_fee() -> None:
    whole = tariff(fee(1), charging("0.10"), energy("0.50"), min_price=eur(5))
    price = price_refused(whole, session(minutes(60), 3_000))
    assert amounts(price) == ["1.50"]
    assert [line.element for line in price.lines] == [2]
    assert not price_refused(whole, session(minutes(60), 0)).total


@pytest.mark.parametrize(
    ("minutes_charged", "billed"), [(1, 15), (15, 15), (16, 30), (30, 30), (31, 45)]
)
def test_a_started_step_is_paid_in_full(minutes_charged: int, billed: int) -> None:
    price = price_session(tariff(charging("0.10", step=900)), session(minutes(minutes_charged)))
    assert quantities(price) == [billed]


def test_energy_steps_are_in_wh() -> None:
    price = price_session(tariff(energy("0.25", step=500)), session(minutes(60), 1_001))
    assert quantities(price) == [Decimal("1.5")]


def test_a_step_reaches_over_the_change_of_element() -> None:
    """What was paid for at 19:55 lasts until 20:10; the night's first step begins there."""
    day = charging("0.20", step=900, start_time=time(6), end_time=time(20))
    night = charging("0.10", step=900)
    told = tariff(day, night)
    assert quantities(price_session(told, session(minutes(14), start=at(19, 55)))) == [15]
    assert quantities(price_session(told, session(minutes(16), start=at(19, 55)))) == [15, 15]


def test_a_step_lasts_through_a_pause() -> None:
    periods = (ChargingPeriod(MONDAY, CHARGING), ChargingPeriod(at(0, 5), IDLE))
    resumed = (*periods, ChargingPeriod(at(0, 20), CHARGING))
    facts = SessionFacts(MONDAY, at(0, 30), periods=resumed)
    assert quantities(price_session(tariff(charging("0.10", step=900)), facts)) == [15]


def test_several_short_stretches_use_up_one_step() -> None:
    states = [(0, CHARGING), (2, IDLE), (10, CHARGING), (13, IDLE), (20, CHARGING), (24, IDLE)]
    periods = tuple(ChargingPeriod(at(0, minute), state) for minute, state in states)
    facts = SessionFacts(MONDAY, at(0, 40), periods=(*periods, ChargingPeriod(at(0, 30), CHARGING)))
    assert quantities(price_session(tariff(charging("0.10", step=900)), facts)) == [30]
    assert quantities(price_session(tariff(charging("0.10", step=1_200)), facts)) == [20]


def test_free_steps_pay_for_nothing_that_follows() -> None:
    free = charging(0, step=3600, duration_to=minutes(10))
    price = price_session(tariff(free, charging("0.10")), session(minutes(25)))
    assert quantities(price) == [10, 15]


def test_a_cap_holds_per_element() -> None:
    price = price_session(
        tariff(idling("0.10", cap="1.50"), energy(1)), session(minutes(60), 1_000, minutes(60))
    )
    assert amounts(price) == ["1.00", "1.50"]
    assert [line.capped for line in price.lines] == [False, True]


def test_the_allowance_takes_energy_out() -> None:
    facts = replace(session(minutes(60), 10_000), allowance_wh=4_000)
    price = price_session(tariff(energy("0.50"), fee(1)), facts)
    kinds = {line.kind: (line.quantity, line.net) for line in price.lines}
    assert kinds[LineKind.ENERGY] == (Decimal(6), eur(3))
    assert kinds[LineKind.NON_BILLABLE_ENERGY] == (Decimal(4), eur(0))
    assert price.non_billable_wh == 4_000
    assert price.net == eur(4)


def test_the_allowance_may_cover_all_and_started_steps_with_it() -> None:
    facts = replace(session(minutes(60), 9_600), allowance_wh=9_600)
    price = price_session(tariff(energy("0.50", step=1_000)), facts)
    assert [line.kind for line in price.lines] == [LineKind.NON_BILLABLE_ENERGY]
    assert (price.net, price.non_billable_wh) == (eur(0), Decimal(9_600))


def test_the_allowance_is_not_spent_on_free_energy() -> None:
    facts = replace(session(minutes(60), 10_000), allowance_wh=4_000)
    price = price_session(tariff(energy(0, energy_to_wh=5_000), energy(1)), facts)
    assert price.net == eur(1)


def test_caps_come_before_the_allowance() -> None:
    facts = replace(session(minutes(60), 50_000), allowance_wh=20_000)
    assert price_session(tariff(energy("0.50", cap="10")), facts).net == eur(6)


@pytest.mark.parametrize(
    ("included", "net", "tax", "gross"),
    [(False, "3.90", "0.82", "4.72"), (True, "3.22", "0.68", "3.90")],
)
def test_tax_is_added_or_included(included: bool, net: str, tax: str, gross: str) -> None:
    told = tariff(energy("0.39"), tax="21", prices_include_tax=included)
    price = price_session(told, session(minutes(60), 10_000))
    assert (price.net, price.tax, price.total) == (eur(net), eur(tax), eur(gross))


def test_an_element_may_have_a_tax_of_its_own() -> None:
    told = tariff(energy("0.25", tax="10"), fee("0.50"), tax="20")
    price = price_session(told, session(minutes(60), 20_000))
    assert (price.net, price.total) == (eur("5.50"), eur("6.10"))


@pytest.mark.parametrize(
    ("wh", "included", "kind", "net", "gross"),
    [
        (100, False, LineKind.MIN_PRICE, "2.00", "2.42"),
        (100, True, LineKind.MIN_PRICE, "1.65", "2.00"),
        (90_000, False, LineKind.MAX_PRICE, "10.00", "12.10"),
        (90_000, True, LineKind.MAX_PRICE, "8.26", "10.00"),
    ],
)
def test_minimum_and_maximum_have_their_own_line(
    wh: int, included: bool, kind: LineKind, net: str, gross: str
) -> None:
    told = tariff(
        energy("0.39"),
        tax="21",
        prices_include_tax=included,
        min_price=eur(2),
        max_price=eur(10),
    )
    price = price_session(told, session(minutes(60), wh))
    assert price.lines[-1].kind is kind
    assert (price.net, price.total) == (eur(net), eur(gross))


def test_the_fee_is_due_once_when_first_an_element_holds() -> None:
    late = tariff(fee(5, duration_from=minutes(30)))
    assert price_session(late, session(minutes(30))).net == eur(0)
    assert price_session(late, session(minutes(31))).net == eur(5)
    by_night = tariff(fee(5, start_time=time(20)), fee(1))
    assert price_session(by_night, session(minutes(60), start=at(19, 30))).net == eur(1)


def test_a_register_that_goes_back_stands_still() -> None:
    facts = metered((at(1), 5_000), (at(2), 4_000), (at(3), 6_000))
    assert quantities(price_session(tariff(energy(1)), facts)) == [6]


def test_samples_after_the_end_count_at_the_end() -> None:
    samples = (MeterSample(at(-1), 100), MeterSample(at(3), 900))
    facts = SessionFacts(MONDAY, at(2), samples)
    assert quantities(price_session(tariff(energy(1)), facts)) == [Decimal("0.9")]


def test_decimal_readings_are_exact() -> None:
    facts = metered((at(1), Decimal("0.1")), (at(2), Decimal("0.3")))
    assert quantities(price_session(tariff(energy(1)), facts)) == [Decimal("0.0003")]


def test_a_price_in_another_currency_is_refused() -> None:
    dollar = Element(Dimension.ENERGY, FixedPrice(Money.of("USD", 1), PriceUnit.KWH))
    with pytest.raises(CurrencyMismatchError):
        price_session(Tariff("EUR", (dollar,)), session(minutes(60), 1_000))


def test_a_price_per_what_the_dimension_has_not_is_refused() -> None:
    wrong = Element(Dimension.ENERGY, FixedPrice(eur(1), PriceUnit.MINUTE))
    with pytest.raises(UnpricedError, match="ENERGY has no price per MINUTE"):
        price_session(tariff(wrong), session(minutes(60), 1_000))


def test_currencies_without_cents_round_to_whole_units() -> None:
    yen = Element(Dimension.ENERGY, FixedPrice(Money.of("JPY", "33"), PriceUnit.KWH))
    price = price_session(Tariff("JPY", (yen,), Decimal(10)), session(minutes(60), 10_500))
    assert (price.net, price.tax) == (Money.of("JPY", 347), Money.of("JPY", 35))


def test_hours_and_idle_time_go_by_the_hour() -> None:
    price = price_session(
        tariff(charging_hour(3, step=60), idling_hour(5, step=300)),
        session(minutes(150), 10_000, minutes(42)),
    )
    assert amounts(price) == ["7.50", "3.75"]
