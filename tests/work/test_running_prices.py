"""Prices of sessions that run: followed on, they are what they are from the start."""

from typing import Any

import pytest
from google.protobuf.json_format import ParseDict

from ampline.v1 import tariff_pb2
from server.domain.facts import EvseStatus, SampledValue, SampleSet
from server.store.models import Tariff
from server.work.sessions import charging, expiry, running_prices, session_rows, turns
from server.work.sessions.readings import Readings
from tests.work.bridge import Bridge, measured, only_session, sample, started
from tests.work.network import (
    CHARGE_POINT,
    Write,
    add_tariff,
    energy_price,
    idle_price,
    minutes_ago,
)

EVSE = f"{CHARGE_POINT}/evses/1"


def with_soc(minutes: float, register_wh: float, soc: int) -> SampleSet:
    energy = SampledValue("Energy.Active.Import.Register", str(register_wh), register_wh, "Wh")
    return SampleSet(minutes_ago(minutes), (energy, SampledValue("SoC", str(soc), soc, "Percent")))


def detecting(**detection: Any) -> None:
    """The standard tariff, that tells idling by its own signs."""
    Tariff.delete().execute()
    told = ParseDict({"idleDetection": detection}, tariff_pb2.Tariff())
    told.MergeFrom(
        tariff_pb2.Tariff(
            name="tariffs/standard",
            display_name="Standard",
            currency="EUR",
            elements=[energy_price("0.50"), idle_price("0.10")],
        )
    )
    add_tariff(told)


@pytest.fixture
def priced(write: Write) -> Any:
    """The price so far, followed on; that it is the same from the start is seen to."""

    def both(unit: Any) -> tuple[Any, Any]:
        assert expiry.refresh_prices(unit, 0) == 1
        followed = only_session().price
        running_prices.forget(only_session().name)
        assert expiry.refresh_prices(unit, 0) == 1
        return followed, only_session()

    def look() -> int:
        followed, anew = write(both)
        assert anew.price == followed
        return int(anew.net_micros)

    return look


@pytest.mark.parametrize("detection", [{}, {"socPercent": 80}, {"averagePowerBelowW": 1000}])
def test_readings_and_states_one_by_one(
    bridge: Bridge, write: Write, priced: Any, detection: dict[str, Any]
) -> None:
    detecting(**detection)
    transaction = bridge.start(started(60)).transaction_id
    costs = []
    for minutes, register, soc in (
        (50, 3_000, 70),
        (40, 5_000, 80),
        (30, 5_010, 81),
        (9, 5_020, 75),
    ):
        bridge.measure(measured(transaction, with_soc(minutes, register, soc)))
        costs.append(priced())
    old, new, time = EvseStatus.CHARGING, EvseStatus.SUSPENDED_EV, minutes_ago(5)
    write(lambda unit: turns.status_changed(unit, CHARGE_POINT, EVSE, old, new, time))
    bridge.measure(measured(transaction, with_soc(0, 5_030, 90)))
    costs.append(priced())
    assert 0 < costs[0] < costs[-1]


def test_what_is_told_late_or_again(bridge: Bridge, priced: Any) -> None:
    """A reading in between has all followed anew; a repeat and a status from before do nothing."""
    transaction = bridge.start(started(60)).transaction_id
    bridge.measure(measured(transaction, sample(40, 3_000)))
    bridge.measure(measured(transaction, sample(20, 9_000)))
    assert priced() == priced()
    bridge.measure(measured(transaction, sample(30, 8_000)))
    bridge.measure(measured(transaction, sample(20, 9_000)))
    priced()


def test_what_was_rolled_back_is_not_priced(bridge: Bridge, write: Write, priced: Any) -> None:
    transaction = bridge.start(started(60)).transaction_id
    bridge.measure(measured(transaction, sample(40, 3_000)))
    before = priced()

    def fail(unit: Any) -> None:
        charging.measure(unit, CHARGE_POINT, measured(transaction, sample(30, 9_000)))
        session = session_rows.by_name(unit, only_session().name)
        assert session is not None
        assert running_prices.follow(unit, session).price(minutes_ago(30)).net.micros > before
        raise RuntimeError("and nothing of it happened")

    with pytest.raises(RuntimeError, match="nothing of it"):
        write(fail)
    assert priced() == before
    bridge.measure(measured(transaction, sample(30, 4_000)))
    assert priced() > before


def test_what_was_read_is_not_read_again(bridge: Bridge, write: Write) -> None:
    transaction = bridge.start(started(60)).transaction_id
    followed: list[Readings] = []

    def new() -> int | None:
        def read(unit: Any) -> int | None:
            session = session_rows.by_name(unit, only_session().name)
            assert session is not None
            if not followed:
                followed.append(Readings(session))
            found = followed[0].go_on(unit, session)
            return None if found is None else len(found)

        count: int | None = write(read)
        return count

    for minutes, register, expected in ((50, 2_000, 1), (40, 3_000, 1), (45, 2_500, None)):
        bridge.measure(measured(transaction, sample(minutes, register)))
        assert new() == expected
