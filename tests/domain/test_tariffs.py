"""What a tariff is called, and when it is valid."""

from dataclasses import replace
from datetime import time, timedelta

import pytest

from server.domain.money import Money, zero
from server.domain.tariffs import (
    Dimension,
    Element,
    PricingType,
    RatePrice,
    Tariff,
    pricing_type,
)
from tests.domain.pricing_terms import (
    MONDAY,
    charging,
    energy,
    fee,
    idling,
    minutes,
    power_minute,
    tariff,
)

FOLLOWS = Element(Dimension.ENERGY, RatePrice(zero("EUR")))


@pytest.mark.parametrize(
    ("told", "called"),
    [
        (tariff(), PricingType.FREE),
        (tariff(energy(0), fee(0)), PricingType.FREE),
        (tariff(min_price=Money.of("EUR", 1)), PricingType.FLAT),
        (tariff(fee(1)), PricingType.FLAT),
        (tariff(energy(1), fee(1)), PricingType.ENERGY),
        (tariff(charging(1)), PricingType.TIME),
        (tariff(idling(1), fee(1)), PricingType.TIME),
        (tariff(energy(1), idling(1)), PricingType.ENERGY_AND_TIME),
        (tariff(energy(1, start_time=time(8)), energy(2)), PricingType.TIME_OF_DAY),
        (tariff(energy(1, energy_to_wh=1), energy(2)), PricingType.TIERED),
        (tariff(charging(1, duration_from=minutes(1))), PricingType.TIERED),
        (tariff(power_minute(1)), PricingType.POWER_LEVEL),
        (tariff(energy(1, power_to_w=1)), PricingType.POWER_LEVEL),
        (tariff(FOLLOWS, power_minute(1)), PricingType.DYNAMIC),
        (tariff(FOLLOWS, charging_allowed=False), PricingType.FORBIDDEN),
    ],
)
def test_pricing_type_is_the_most_particular_that_is_true(
    told: Tariff, called: PricingType
) -> None:
    assert pricing_type(told) is called


def test_validity_includes_its_beginning_and_excludes_its_end() -> None:
    day = timedelta(days=1)
    told = tariff(fee(1), valid_from=MONDAY, valid_until=MONDAY + day)
    moments = [MONDAY - day, MONDAY, MONDAY + day]
    assert [told.is_valid_at(moment) for moment in moments] == [False, True, False]
    assert replace(told, valid_from=None, valid_until=None).is_valid_at(MONDAY)
