"""What cars ask for is a part of what their EVSEs ask of a circuit (OCPP 2.x, block K15)."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from ampline.v1.evse_pb2 import Evse
from server.resources.charging_needs import needs_message
from server.store import models
from server.store.clock import now_us
from server.store.unit import Unit
from server.work.balancing import decision, leases, needs
from server.work.balancing.decision import Decision
from tests.ocpp.conftest import Platform
from tests.ocpp.raw_charger import RawCharger
from tests.ocpp.v2x import booted, both_versions
from tests.ocpp.v2x_transaction import Told, so_far

GARAGE = "circuits/garage"
EVSE = "chargePoints/OPEN/evses/1"
NEEDS = {"requestedEnergyTransfer": "AC_three_phase"}


@pytest.fixture
async def garage(platform: Platform) -> Platform:
    """OPEN and OTHER are in a circuit of 20 A."""
    now = {"create_time": now_us(), "update_time": now_us()}
    circuit = models.Circuit.insert(
        name=GARAGE, display_name="Garage", max_current_a=20.0, voltage_v=230, **now
    )
    members = models.ChargePoint.update(circuit=GARAGE)
    bob = models.User.insert(name="users/bob", email="bob@example.org", currency="EUR", **now)
    tag = {"name": "idTags/BBBB", "token": "BBBB", "token_key": "bbbb", "user": "users/bob"}

    def furnish(unit: Unit) -> None:
        for query in (circuit, members, bob, models.IdTag.insert(**tag, **now)):
            unit.execute(query)

    await platform.lane.write(furnish)
    return platform


def asks(energy_wh: int, most_a: int, hours: float | None = None, **more: Any) -> dict[str, Any]:
    """A car of three phases."""
    leaves = datetime.now(UTC) + timedelta(hours=hours or 0)
    ac = {
        "energyAmount": energy_wh,
        "evMinCurrent": 6,
        "evMaxCurrent": most_a,
        "evMaxVoltage": 230,
    }
    return {
        "evseId": 1,
        "chargingNeeds": {
            **NEEDS,
            "acChargingParameters": ac,
            **({"departureTime": leaves.isoformat()} if hours else {}),
            **more,
        },
    }


async def charging(garage: Platform, identity: str = "OPEN") -> tuple[RawCharger, Told]:
    """A charger with a car that charges."""
    charger, told = await booted(garage, identity=identity), Told(f"tx-{identity}")
    card = {"idToken": "AAAA" if identity == "OPEN" else "BBBB", "type": "ISO14443"}
    await charger.ask("TransactionEvent", told.started(so_far(), idToken=card))
    await charger.ask("TransactionEvent", told.turned("Charging", so_far()))
    return charger, told


async def decided(garage: Platform) -> Decision:
    """What is decided on the circuit."""

    def decide(unit: Unit) -> Decision | None:
        leases.claim(unit, "node-1")
        return decision.decide(unit, "node-1", GARAGE, {})

    found: Decision | None = await garage.lane.write(decide)
    assert found is not None
    return found


async def given(garage: Platform) -> dict[str, float]:
    """What each charger shall come to."""
    targets = (await decided(garage)).targets
    return {evse.split("/")[1]: round(current, 1) for evse, current in targets.items()}


@both_versions
async def test_a_car_is_given_no_more_than_it_takes(garage: Platform, subprotocol: str) -> None:
    charger, told = await booted(garage, subprotocol), Told()
    early = asks(60_000, 12)
    answer = await charger.ask("NotifyEVChargingNeeds", early)  # before the session begins
    assert answer == {"status": "Accepted"}
    await charger.ask("TransactionEvent", told.started(so_far()))
    await charger.ask("TransactionEvent", told.turned("Charging", so_far()))
    assert await given(garage) == {"OPEN": 12}
    (position,) = (await decided(garage)).site.positions
    assert position.supply.used_phases == 3
    one_phase = asks(60_000, 16, requestedEnergyTransfer="AC_single_phase")
    await charger.ask("NotifyEVChargingNeeds", one_phase)
    assert await given(garage) == {"OPEN": 16}


async def test_what_cars_need_goes_before_what_they_would_like(garage: Platform) -> None:
    urgent, _ = await charging(garage)
    patient, _ = await charging(garage, "OTHER")
    assert await given(garage) == {"OPEN": 10, "OTHER": 10}
    eight_amperes = 8 * 3 * 230 * 10
    await patient.ask("NotifyEVChargingNeeds", asks(eight_amperes, 32, hours=10))
    assert await given(garage) == {"OPEN": 12, "OTHER": 8}
    await urgent.ask("NotifyEVChargingNeeds", asks(10_000, 10))
    assert await given(garage) == {"OPEN": 10, "OTHER": 10}  # what one leaves the other takes


async def test_a_car_that_has_what_it_asked_for_keeps_its_least(garage: Platform) -> None:
    charger, told = await charging(garage)
    await charging(garage, "OTHER")
    await charger.ask("NotifyEVChargingNeeds", asks(500, 32))
    assert await given(garage) == {"OPEN": 10, "OTHER": 10}
    await charger.ask("TransactionEvent", told.metered(1_600, so_far()))
    assert await given(garage) == {"OPEN": 6, "OTHER": 14}


async def test_what_another_car_asked_for_counts_no_more(garage: Platform) -> None:
    charger, told = await charging(garage)
    await charger.ask("NotifyEVChargingNeeds", asks(60_000, 12))
    await charger.ask("TransactionEvent", told.ended(so_far()))
    again = Told("tx-2")
    await charger.ask("TransactionEvent", again.started(so_far()))
    assert await given(garage) == {"OPEN": 20}


async def test_a_dc_car_says_it_in_watts(garage: Platform) -> None:
    charger = await booted(garage)
    dc = {"evMaxCurrent": 20, "evMaxVoltage": 400}
    told = {
        "evseId": 1,
        "chargingNeeds": {"requestedEnergyTransfer": "DC", "dcChargingParameters": dc},
    }
    assert await charger.ask("NotifyEVChargingNeeds", told) == {"status": "Accepted"}
    kept = await garage.one(models.CarNeeds)
    assert (kept.most_w, kept.most_a, kept.phases) == (8_000, None, None)


async def test_without_a_circuit_nobody_plans_by_them(platform: Platform) -> None:
    charger = await booted(platform)
    answer = await charger.ask("NotifyEVChargingNeeds", asks(60_000, 12))
    assert answer == {"status": "Rejected"}
    nowhere = {**asks(60_000, 12), "evseId": 0}
    assert await charger.ask("NotifyEVChargingNeeds", nowhere) == {"status": "Rejected"}
    (event,) = await platform.events("evse.charging_needs_told")
    assert (event.subject, event.charge_point) == (EVSE, "chargePoints/OPEN")
    told = event.evse_charging_needs_told
    assert (told.charging_needs.missing_energy_wh, told.is_planned_by) == (60_000, False)


async def shown(platform: Platform, later: timedelta = timedelta()) -> Evse.ChargingNeeds | None:
    """What the EVSE's car is shown to ask for, so much later."""
    now = now_us() + int(later.total_seconds() * 1_000_000)
    found = await platform.lane.write(lambda unit: list(needs.shown(unit, [EVSE], now)))
    for _, told, energy_wh in found:
        return needs_message(told.told_time, told.needs, energy_wh)
    return None


async def test_what_a_car_asks_for_is_shown_while_it_is_there(platform: Platform) -> None:
    charger, told = await booted(platform), Told("tx-1")
    await charger.ask("NotifyEVChargingNeeds", asks(2_000, 12, hours=2))
    early = await shown(platform)
    assert early is not None
    assert (early.missing_energy_wh, early.phases, early.max_current_a) == (2_000, 3, 12)
    assert early.HasField("departure_time")
    assert not early.HasField("max_power_w")
    assert (
        await shown(platform, timedelta(minutes=20)) is None
    )  # it has left, or thinks better of it
    await charger.ask("TransactionEvent", told.started(so_far()))
    await charger.ask("TransactionEvent", told.turned("Charging", so_far()))
    await charger.ask("TransactionEvent", told.metered(1_600, so_far()))
    charging = await shown(platform)
    assert charging is not None
    assert charging.missing_energy_wh == 1_400
    await charger.ask("TransactionEvent", told.ended(so_far()))
    assert await shown(platform, timedelta(minutes=20)) is None


async def test_what_somebody_else_limits_is_a_cap_until_it_is_cleared(garage: Platform) -> None:
    charger, _ = await charging(garage)
    await charging(garage, "OTHER")
    schedule = {
        "id": 1,
        "chargingRateUnit": "A",
        "chargingSchedulePeriod": [{"startPeriod": 0, "limit": 8}],
    }
    told = {"chargingLimit": {"chargingLimitSource": "SO"}, "evseId": 1}
    assert await charger.ask("NotifyChargingLimit", told) == {}  # how much it is, it does not say
    assert await given(garage) == {"OPEN": 10, "OTHER": 10}
    for _ in range(2):
        await charger.ask("NotifyChargingLimit", {**told, "chargingSchedule": [schedule]})
    assert await given(garage) == {"OPEN": 8, "OTHER": 12}
    profile = await garage.one(models.ChargingProfile)
    assert (profile.evse, profile.purpose, profile.source) == (1, 4, 4)
    shown = await garage.events("charge_point.charging_profile_applied")
    assert shown[0].charge_point == "chargePoints/OPEN"
    cleared = {"chargingLimitSource": "SO", "evseId": 1}
    assert await charger.ask("ClearedChargingLimit", cleared) == {}
    assert await given(garage) == {"OPEN": 10, "OTHER": 10}
    assert await garage.rows(models.ChargingProfile) == []
