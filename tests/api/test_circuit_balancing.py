"""How circuits are shared, as the API tells it and lets somebody have a say in it."""

from typing import Any
from uuid import uuid4

import grpc
import pytest

from ampline.v1 import charging_profile_action_pb2 as profiles
from ampline.v1 import charging_profile_pb2
from ampline.v1.charge_point_maintenance_pb2 import CustomCallRequest
from ampline.v1.circuit_balancing_pb2 import (
    BoostSessionRequest,
    CircuitConsumption,
    CircuitState,
    InspectCircuitRequest,
    ReportMeterReadingRequest,
    SetPriorityRequest,
    SummarizeCircuitRequest,
)
from ampline.v1.circuit_pb2 import Circuit
from server.domain.access import Role
from server.domain.facts import EvseStatus
from server.store import models
from server.store.unit import Unit
from server.work.balancing import room
from server.work.sessions.session_rows import SessionState
from tests.api.client import Client, refused
from tests.api.conftest import Api
from tests.api.samples import CHARGE_POINTS, CIRCUITS, EVSES, PARTNERS

Reading = ReportMeterReadingRequest


@pytest.fixture
async def circuit(client: Client) -> str:
    """A circuit of 20 A."""
    made = await CIRCUITS.create(
        client, Circuit(display_name="Garage", max_current_a=20), circuit_id="garage"
    )
    return str(made.name)


async def member(api: Api, client: Client, circuit: str, number: int, charging: bool = True) -> str:
    """A charge point in the circuit, with a car if one charges; its session's name."""
    evse = await EVSES.make(client)
    charge_point = evse.name.rpartition("/evses/")[0]
    session = f"sessions/s{number}"

    def furnish(unit: Unit) -> None:
        table = models.ChargePoint
        unit.execute(
            table.update(circuit=circuit, network_status=2).where(table.name == charge_point)
        )
        if charging:
            unit.execute(
                models.Session.insert(
                    name=session,
                    charge_point=charge_point,
                    evse=evse.name,
                    ocpp_transaction_id=str(number),
                    state=SessionState.ACTIVE,
                    start_time=unit.now,
                    create_time=unit.now,
                    update_time=unit.now,
                )
            )
            unit.execute(
                models.Evse.update(
                    active_session=session, hardware_status=EvseStatus.CHARGING
                ).where(models.Evse.name == evse.name)
            )

    await api.lane.write(furnish)
    return session if charging else str(evse.name)


async def inspect(client: Client, circuit: str) -> CircuitState:
    state: CircuitState = await client.circuit_balancing.InspectCircuit(
        InspectCircuitRequest(name=circuit)
    )
    return state


async def test_a_circuit_below_the_empty_name_hangs_on_the_grid(api: Api, client: Client) -> None:
    """It is shared like any other: a reference that is empty is to nothing."""
    alone = Circuit(display_name="Alone", max_current_a=20, parent_circuit="")
    made = await CIRCUITS.create(client, alone, circuit_id="alone")
    assert not made.HasField("parent_circuit")
    assert (await inspect(client, made.name)).circuit == made.name
    row = models.Circuit.select().where(models.Circuit.parent_circuit.is_null())
    assert await api.reads.read(lambda database: row.bind(database).count()) == 1


async def test_a_reading_counts_instead_of_the_reserve(client: Client, circuit: str) -> None:
    await CIRCUITS.update(client, Circuit(name=circuit, offline_reserved_current_a=5))
    assert (await inspect(client, circuit)).consumption.unmanaged.l2_a == 5
    told = await client.circuit_balancing.ReportMeterReading(
        Reading(name=circuit, l1_a=3, l2_a=0.5, request_id=str(uuid4()))
    )
    assert told.HasField("expire_time")
    state = await inspect(client, circuit)
    unmanaged = state.consumption.unmanaged
    assert (unmanaged.l1_a, unmanaged.l2_a, unmanaged.l3_a) == (3, 0.5, 0)
    assert state.consumption.limit.l1_a == 20
    assert state.HasField("reading_time")


async def test_who_is_in_it_is_told(api: Api, client: Client, circuit: str) -> None:
    session = await member(api, client, circuit, 1)
    (one,) = (await inspect(client, circuit)).members
    assert (one.session, one.circuit) == (session, circuit)
    assert one.asked_a == one.bound_a > 0  # nothing was told it yet: it may draw all it can
    assert [*one.phases] == [1, 2, 3]


async def test_a_session_is_boosted_and_no_longer(api: Api, client: Client, circuit: str) -> None:
    session = await member(api, client, circuit, 1)
    boost = BoostSessionRequest(name=circuit, session=session)
    assert (await client.circuit_balancing.BoostSession(boost)).HasField("boost_until")
    (one,) = (await inspect(client, circuit)).members
    assert one.HasField("boost_until")
    boost.duration.FromSeconds(0)
    assert not (await client.circuit_balancing.BoostSession(boost)).HasField("boost_until")
    (one,) = (await inspect(client, circuit)).members
    assert not one.HasField("boost_until")


async def test_only_sessions_of_the_circuit_stand_in_it(
    api: Api, client: Client, circuit: str
) -> None:
    session = await member(api, client, circuit, 1)
    other = await CIRCUITS.create(client, Circuit(display_name="Yard", max_current_a=20))
    wanted = SetPriorityRequest(name=other.name, session=session, priority=5, weight=2)
    refusal = await refused(client.circuit_balancing.SetPriority(wanted))
    assert refusal.fields == {"session": f"{session} is not in {other.name}"}
    wanted.name, wanted.session = circuit, "sessions/none"
    assert "session" in (await refused(client.circuit_balancing.SetPriority(wanted))).fields
    wanted.session = session
    await client.circuit_balancing.SetPriority(wanted)


async def test_a_partner_sees_its_own_members_alone(api: Api, client: Client) -> None:
    partner = await PARTNERS.make(client)
    circuit = Circuit(display_name="Theirs", max_current_a=20, partner=partner.name)
    made = await CIRCUITS.create(client, circuit)
    await member(api, client, made.name, 1)
    caller = api.client(await api.key_of(Role.PARTNER_ADMIN, partner.name))
    assert not (await inspect(caller, made.name)).members
    boost = BoostSessionRequest(name=made.name, session="sessions/s1")
    refusal = await refused(caller.circuit_balancing.BoostSession(boost))
    assert refusal.code is grpc.StatusCode.INVALID_ARGUMENT
    assert "session" in refusal.fields
    await caller.close()


async def test_a_chart(api: Api, client: Client, circuit: str) -> None:
    def keep(unit: Unit) -> None:
        for minute in range(1, 61):
            point = CircuitConsumption(circuit=circuit)
            point.time.FromMicroseconds(unit.now - minute * 60_000_000)
            point.drawn.l1_a = minute
            unit.execute(
                models.CircuitConsumption.insert(
                    circuit=circuit,
                    time=point.time.ToMicroseconds(),
                    body=point.SerializeToString(),
                )
            )

    await api.lane.write(keep)
    wanted = SummarizeCircuitRequest(name=circuit, max_points=6)
    points = (await client.circuit_balancing.SummarizeCircuit(wanted)).points
    assert [point.drawn.l1_a for point in points] == [60, 50, 40, 30, 20, 10]
    wanted.start_time.FromSeconds(1)
    refusal = await refused(client.circuit_balancing.SummarizeCircuit(wanted))
    assert "start_time" in refusal.fields


def _cap(charge_point: str, **said: Any) -> profiles.SetChargingProfileRequest:
    request = profiles.SetChargingProfileRequest(
        charge_point=charge_point,
        purpose=charging_profile_pb2.ChargingProfile.TX_DEFAULT,
        kind=charging_profile_pb2.ChargingProfile.RELATIVE,
        **said,
    )
    request.schedule.rate_unit = charging_profile_pb2.ChargingProfile.AMPERE
    request.schedule.periods.add(limit=9.5).start.FromSeconds(0)
    return request


async def test_an_operators_profile_is_a_cap_on_what_the_circuit_gives(
    api: Api, client: Client, circuit: str
) -> None:
    """No charger is connected here: the cap is kept, and not sent."""
    await member(api, client, circuit, 1)
    (one,) = (await inspect(client, circuit)).members
    charge_point = one.evse.rpartition("/evses/")[0]
    kept = await client.charging_profile_actions.SetChargingProfile(_cap(charge_point))
    assert kept.charging_profile.profile_id
    (one,) = (await inspect(client, circuit)).members
    assert one.asked_a == 9.5
    number = kept.charging_profile.profile_id
    clear = profiles.ClearChargingProfileRequest(charge_point=charge_point, profile_id=number)
    await client.charging_profile_actions.ClearChargingProfile(clear)
    (one,) = (await inspect(client, circuit)).members
    assert one.asked_a > 9.5
    again = await refused(client.charging_profile_actions.ClearChargingProfile(clear))
    assert (again.reason, again.metadata["status"]) == ("CHARGER_REJECTED", "Unknown")


async def test_limits_are_not_set_past_the_circuit(api: Api, client: Client, circuit: str) -> None:
    charge_point = await CHARGE_POINTS.make(client)
    table = models.ChargePoint
    await api.lane.write(
        lambda unit: unit.execute(
            table.update(circuit=circuit).where(table.name == charge_point.name)
        )
    )
    for action in ("SetChargingProfile", "ClearChargingProfile"):
        call = CustomCallRequest(charge_point=charge_point.name, action=action, payload_json="{}")
        refusal = await refused(client.charge_point_maintenance.CustomCall(call))
        assert refusal.reason == "MANAGED_BY_CIRCUIT"
        assert refusal.metadata["circuit"] == circuit


@pytest.mark.parametrize(("when_full", "has_room"), [(Circuit.REFUSE, False), (Circuit.WAIT, True)])
async def test_room_for_one_more(
    api: Api, client: Client, circuit: str, when_full: Any, has_room: bool
) -> None:
    await CIRCUITS.update(client, Circuit(name=circuit, when_full=when_full))
    free = await member(api, client, circuit, 0, charging=False)
    assert await api.lane.write(lambda unit: room.for_start(unit, free, circuit))
    for number in (1, 2, 3):
        await member(api, client, circuit, number)
    assert (await api.lane.write(lambda unit: room.for_start(unit, free, circuit))) is has_room
