"""The price while the session goes on; that it equals the price of the whole is a law."""

import pytest

from server.domain.pricing import ChargingPeriod, MeterSample, OutOfOrderError, RunningPrice
from tests.domain.pricing_terms import IDLE, at, charging, energy, eur, metered, tariff


def test_a_running_session_is_priced_ahead() -> None:
    """Half an hour at 10 kW so far, and ten minutes more at that power."""
    told = tariff(energy("0.60"), charging("0.10"))
    running = RunningPrice(told, metered((at(0, 30), 5_000)))
    assert running.price(at(0, 30)).net == eur(6)
    assert running.price_ahead(at(0, 40), 10_000).net == eur(8)
    assert running.price(at(0, 40)).net == eur(7)


def test_a_running_session_does_not_go_back() -> None:
    running = RunningPrice(tariff(energy(1)), metered((at(1), 5_000)))
    with pytest.raises(OutOfOrderError):
        running.sample(MeterSample(at(0, 59), 4_000))
    with pytest.raises(OutOfOrderError):
        running.period(ChargingPeriod(at(0, 59), IDLE))
