"""How figures are written."""

import pytest
from google.protobuf.timestamp_pb2 import Timestamp
from google.type.money_pb2 import Money

from ampline.v1.charging_profile_pb2 import ChargingProfile
from ampline.v1.evse_pb2 import Evse
from portal.formats import duration_words, kwh, moment, money, unit_price
from portal.needs_words import needs_words
from portal.profile_words import schedule_words


@pytest.mark.parametrize(
    ("sum_", "written"),
    [
        (Money(currency_code="EUR", units=12, nanos=300_000_000), "€12.30"),
        (Money(currency_code="EUR", units=-3, nanos=-50_000_000), "−€3.05"),
        (Money(currency_code="EUR", nanos=-10_000_000), "−€0.01"),
        (Money(currency_code="CHF", units=1234567), "CHF\N{NO-BREAK SPACE}1,234,567.00"),
        (Money(currency_code="JPY", units=900), "¥900"),
        (Money(), "–"),
    ],
)
def test_money(sum_: Money, written: str) -> None:
    assert money(sum_) == written


@pytest.mark.parametrize(
    ("nanos", "written"),
    [(390_000_000, "€0.39"), (302_500_000, "€0.3025"), (0, "€0.00"), (100_000_000, "€0.10")],
)
def test_prices_keep_their_digits(nanos: int, written: str) -> None:
    assert unit_price(Money(currency_code="EUR", nanos=nanos)) == written


def test_energy_is_in_kilowatt_hours() -> None:
    assert kwh(12_345) == "12.35"
    assert kwh(1_234_567) == "1,235"


def test_times_name_their_zone() -> None:
    time = Timestamp(seconds=1_700_000_000)
    assert ">14 Nov 2023, 23:13 CET<" in moment(time, "Europe/Amsterdam")
    assert ">14 Nov 2023, 22:13 UTC<" in moment(time)
    assert ">14 Nov 2023, 22:13 UTC<" in moment(time, "No/Where")
    assert moment(Timestamp()) == "–"


def test_sentences_have_their_times_as_text() -> None:
    time = Timestamp(seconds=1_700_000_000)
    period = ChargingProfile.Schedule.Period(limit=16, phases=3)
    schedule = ChargingProfile.Schedule(
        rate_unit=ChargingProfile.AMPERE, start_time=time, periods=[period]
    )
    assert schedule_words(schedule) == ("16 A on 3 phases at once; begins 14 Nov 2023, 22:13 UTC")
    needs = Evse.ChargingNeeds(
        missing_energy_wh=12_000, departure_time=time, phases=1, max_current_a=16
    )
    assert needs_words(needs, "Europe/Amsterdam") == (
        "The car asks for: 12.00 kWh more, by 14 Nov 2023, 23:13 CET, at most 16 A on 1 phase."
    )
    assert needs_words(Evse.ChargingNeeds(max_power_w=80_000)) == (
        "The car asks for: at most 80.0 kW."
    )
    assert needs_words(Evse.ChargingNeeds()) == "The car did not say how much it needs."


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(5, "5 s"), (60, "1 min"), (3600, "1 h"), (4800, "1 h 20 min"), (200_000, "2 days")],
)
def test_lengths_of_time(seconds: int, words: str) -> None:
    assert duration_words(seconds) == words
