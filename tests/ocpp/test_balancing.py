"""A circuit is shared among chargers, over real sockets."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from ampline.v1.session_pb2 import Session
from server.domain.quirks import Family, Quirks
from server.relay.balancing.balancer import Balancer, Pace
from server.relay.tail import Pace as TailPace
from server.relay.tail import Tail
from server.store import models
from server.store.clock import now_us
from server.work import quirks
from server.work.balancing.sites import Tuning
from tests.ocpp.conftest import Platform, PlatformMaker, add_charge_point
from tests.ocpp.limited_charger import LimitedCharger, limits

PACE = Pace(0.02, 0.5, consumption=0.1, leases=0.1, first_circuit=0.05, look=0.01, patience=0.5)
TUNING = Tuning(silent=200_000)
DEFAULT, TX = "TxDefaultProfile", "TxProfile"


@pytest.fixture
async def site(make_platform: PlatformMaker, database: Any) -> AsyncIterator[Platform]:
    """A platform with two members, A and B, of a circuit of 20 A."""
    with database.connection_context():
        now = {"create_time": now_us(), "update_time": now_us()}
        models.Circuit.insert(
            name="circuits/site",
            display_name="Site",
            max_current_a=20.0,
            phases=2,
            voltage_v=230,
            min_current_a=6.0,
            when_full=1,
            state=1,
            **now,
        ).execute()
        for identity in ("A", "B"):
            add_charge_point(identity, security_profile=1, circuit="circuits/site")
            models.IdTag.insert(
                name=f"idTags/{identity}",
                token=identity,
                token_key=identity.lower(),
                user="users/ann",
                **now,
            ).execute()
    platform = await make_platform()
    tail = Tail(platform.database, platform.reads, TailPace(poll=0.02))
    balancer = Balancer(platform.lane, tail, platform.bridge.stations, "node-1", PACE, TUNING)
    balancer.start()
    yield platform
    await balancer.close()
    await tail.close()


async def arrived(site: Platform, identity: str, **told: str) -> LimitedCharger:
    """One of the chargers, which has its fallback."""
    charger = LimitedCharger(await site.connect(identity))
    await charger.boot(**told)
    await charger.until_given(DEFAULT, 0)
    return charger


async def test_a_car_alone_has_all_and_two_have_half(site: Platform) -> None:
    first, second = await arrived(site, "A"), await arrived(site, "B")
    transaction = await first.start("A")
    profile = await first.until_given(TX, 20)
    assert profile["transactionId"] == transaction
    assert limits(profile) == [20, 0]
    assert profile["chargingSchedule"]["chargingSchedulePeriod"][1]["startPeriod"] == 180
    other = await second.start("B")
    await first.until_given(TX, 10)
    await second.until_given(TX, 10)
    await second.stop(other)
    await first.until_given(TX, 20)
    applied = await site.events("charge_point.charging_profile_applied")
    assert {event.charge_point for event in applied} == {"chargePoints/A", "chargePoints/B"}


@pytest.mark.parametrize(
    ("component", "key", "value", "unit"),
    [
        (None, "ChargingScheduleAllowedChargingRateUnit", "Power", "W"),
        (None, "ChargingScheduleAllowedChargingRateUnit", "Current,Power", "A"),
        ("SmartChargingCtrlr", "RateUnit", "W", "W"),
        ("SmartChargingCtrlr", "RateUnit", "A,W", "A"),
    ],
)
async def test_a_charger_that_counts_in_watts_is_told_watts(
    site: Platform, component: str | None, key: str, value: str, unit: str
) -> None:
    told = models.ConfigurationKey.insert(
        name="chargePoints/A/configuration/unit",
        charge_point="chargePoints/A",
        component=component,
        key=key,
        value=value,
        report_time=now_us(),
    )
    await site.lane.write(lambda unit: unit.execute(told))
    charger = await arrived(site, "A")
    await charger.start("A")
    profile = await charger.until_given(TX, 20 * 230 if unit == "W" else 20)
    assert profile["chargingSchedule"]["chargingRateUnit"] == unit


async def test_limits_are_as_a_model_is_known_to_take_them(
    site: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    odd = Quirks(in_watts=True, most_stack_level=0, obeys_periods=False)
    monkeypatch.setattr(quirks, "KNOWN", [Family("odd", odd, model="x*")])
    charger = await arrived(site, "A", chargePointVendor="Odd", chargePointModel="X1")
    await charger.start("A")
    profile = await charger.until_given(TX, 20 * 230)
    assert profile["stackLevel"] == 0
    supply = await site.one(models.Supply, models.Supply.charge_point == "chargePoints/A")
    assert b"true" in bytes(supply.promises)  # its limit counts for ever
    usual = await arrived(site, "B")
    await usual.start("B")
    assert (await usual.until_given(TX, 10))["stackLevel"] == 1


async def test_a_charger_that_takes_no_tx_profile_is_limited_by_its_default(
    site: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    odd = Quirks(default_profile_alone=True)
    monkeypatch.setattr(quirks, "KNOWN", [Family("odd", odd)])
    charger, usual = await arrived(site, "A", chargePointVendor="Odd"), await arrived(site, "B")
    transaction = await charger.start("A")
    profile = await charger.until_given(DEFAULT, 20)
    assert limits(profile) == [20, 0]
    assert "transactionId" not in profile
    other = await usual.start("B")
    await charger.until_given(DEFAULT, 10)
    await usual.until_given(TX, 10)
    await charger.stop(transaction)
    await charger.until_given(DEFAULT, 0)  # before another session could begin by the old one
    await usual.until_given(TX, 20)
    await usual.stop(other)
    assert {each["chargingProfilePurpose"] for each in charger.given} == {DEFAULT}


async def test_a_raise_waits_until_the_other_has_confirmed_less(site: Platform) -> None:
    first, second = await arrived(site, "A"), await arrived(site, "B")
    await first.start("A")
    await first.until_given(TX, 20)
    first.accepts = None  # it hears, and says nothing
    await second.start("B")

    async def waits() -> bool:
        (row,) = await site.rows(models.Supply, models.Supply.evse == "chargePoints/B/evses/1")
        return bool(row.session and row.waits)

    async def waiting_reason() -> int | None:
        (row,) = await site.rows(models.Session, models.Session.charge_point == "chargePoints/B")
        reason: int | None = row.waiting_reason
        return reason

    async def goes_on() -> bool:
        return await waiting_reason() is None

    await site.until(waits)
    assert await waiting_reason() == Session.CIRCUIT_FULL
    assert not [each for each in second.given if limits(each)[0] > 0]
    first.accepts = "Accepted"
    await first.until_given(TX, 10)
    await second.until_given(TX, 10)
    await site.until(goes_on)


async def test_who_leaves_a_circuit_is_released(site: Platform) -> None:
    charger = await arrived(site, "A")
    await site.update(models.ChargePoint, "chargePoints/A", circuit=None)
    await charger.until_cleared(2)

    async def forgotten() -> bool:
        rows = await site.rows(models.Supply, models.Supply.charge_point == "chargePoints/A")
        return not rows

    await site.until(forgotten)


async def test_without_circuits_nobody_listens_and_the_first_one_is_found(site: Platform) -> None:
    """No event tells of either here: it is the loop itself that looks."""
    charger = await arrived(site, "A")
    (circuit,) = await site.rows(models.Circuit)
    member = models.ChargePoint.update(circuit=None)
    await site.lane.write(lambda unit: unit.execute(member))
    await site.lane.write(lambda unit: unit.execute(models.Circuit.delete()))
    await charger.until_cleared(1)
    charger.given.clear()
    again = models.Circuit.insert(**circuit.__data__)
    await site.lane.write(lambda unit: unit.execute(again))
    back = models.ChargePoint.update(circuit=circuit.name)
    await site.lane.write(lambda unit: unit.execute(back))
    await charger.until_given(DEFAULT, 0)


async def test_what_flows_and_who_has_less_is_told(site: Platform) -> None:
    first, second = await arrived(site, "A"), await arrived(site, "B")
    await first.start("A")
    await second.start("B")
    await second.until_given(TX, 10)

    async def told() -> bool:
        return len(await site.events("circuit.limited", "circuit.consumption")) >= 2

    await site.until(told)
    (limited, *_) = await site.events("circuit.limited")
    assert limited.circuit_limited.limited
    (*_, consumption) = await site.events("circuit.consumption")
    assert consumption.circuit_consumption.limit.l1_a == 20
    (kept, *_) = await site.reads.read(
        lambda database: list(models.CircuitConsumption.select().execute(database))
    )
    assert kept.circuit == "circuits/site"


async def test_another_node_goes_on(site: Platform) -> None:
    """While the first one lives, the second one decides nothing."""
    tail = Tail(site.database, site.reads, TailPace(poll=0.02))
    other = Balancer(site.lane, tail, site.bridge.stations, "node-2", PACE, TUNING)
    other.start()
    charger = await arrived(site, "A")
    await charger.start("A")
    await charger.until_given(TX, 20)
    leases = await site.rows(models.CircuitLease)
    assert {lease.node for lease in leases} == {"node-1"}
    await site.lane.write(
        lambda unit: unit.execute(models.CircuitLease.update(until=0, node="a dead node"))
    )

    async def held() -> bool:
        return {each.node for each in await site.rows(models.CircuitLease)} <= {"node-1", "node-2"}

    await site.until(held)
    second = await arrived(site, "B")
    await second.start("B")
    await second.until_given(TX, 10)
    await other.close()
    await tail.close()
