"""The ready-made tariffs: each can be kept, comes through its form, and costs what it says."""

import pytest

from ampline.v1.tariff_pb2 import Tariff
from portal.forms import Form
from portal.tariff_fields import ELEMENTS, FIELDS, LOCKS
from portal.tariff_starts import STARTS, start_of
from server.api import checks
from server.domain.tariffs import PricingType, pricing_type
from server.resources.tariff_terms import to_domain

USUAL = {
    "free": PricingType.FREE,
    "flat": PricingType.FLAT,
    "energy": PricingType.ENERGY,
    "energy-and-time": PricingType.ENERGY_AND_TIME,
    "day-and-night": PricingType.TIME_OF_DAY,
    "workdays": PricingType.TIME_OF_DAY,
    "tiers": PricingType.TIERED,
    "minute-tiers": PricingType.TIERED,
    "by-power": PricingType.POWER_LEVEL,
    "by-average-power": PricingType.POWER_LEVEL,
    "by-peak-power": PricingType.POWER_LEVEL,
    "electricity-rate": PricingType.DYNAMIC,
    "idle-only": PricingType.TIME,
    "forbidden": PricingType.FORBIDDEN,
}


@pytest.mark.parametrize("key", STARTS)
def test_it_can_be_kept_as_it_comes_out_of_the_form(key: str) -> None:
    begun = start_of(key)
    form = Form(FIELDS, (ELEMENTS, LOCKS)).filled_from(begun)
    told = Tariff()
    form.into(told, currency="EUR")
    assert not form.errors
    assert list(told.elements) == list(begun.elements)
    told.display_name = key
    checks.check_resource(told, None, "tariff")
    assert pricing_type(to_domain(told)) is USUAL.get(key, PricingType.ENERGY)


def test_there_is_one_of_each_usual_sort() -> None:
    assert USUAL.keys() <= STARTS.keys()


def test_a_rate_that_is_followed_as_it_is_stays() -> None:
    """Of which nothing is said but that: the charge point's own, without a markup."""
    kept = Tariff(currency="EUR")
    kept.elements.add(dimension=Tariff.ENERGY).electricity_rate.SetInParent()
    form = Form(FIELDS, (ELEMENTS, LOCKS)).filled_from(kept)
    told = Tariff()
    told.CopyFrom(kept)
    form.into(told, currency="EUR")
    assert list(told.elements) == list(kept.elements)
