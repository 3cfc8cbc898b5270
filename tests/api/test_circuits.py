"""Circuits: their tree, and who is a member."""

import asyncio
from typing import Any
from uuid import uuid4

import grpc

from ampline.v1.charge_point_pb2 import ChargePoint
from ampline.v1.circuit_pb2 import AttachChargePointRequest, Circuit, DetachChargePointRequest
from ampline.v1.event_pb2 import ListEventsRequest
from ampline.v1.evse_pb2 import Evse
from server.domain.access import Role
from tests.api.client import Client, refusal_of, refused
from tests.api.conftest import Api
from tests.api.samples import CHARGE_POINTS, CIRCUITS, PARTNERS

_PLAIN: dict[str, Any] = {"max_current_a": 32}


async def make(client: Client, circuit_id: str, **fields: Any) -> Circuit:
    circuit = Circuit(**{**_PLAIN, "display_name": circuit_id, **fields})
    made: Circuit = await CIRCUITS.create(client, circuit, circuit_id=circuit_id)
    return made


async def attach(client: Client, circuit: str, charge_point: str, **membership: Any) -> ChargePoint:
    request = AttachChargePointRequest(
        name=circuit,
        charge_point=charge_point,
        membership=ChargePoint.CircuitMembership(**membership),
        request_id=str(uuid4()),
    )
    attached: ChargePoint = await client.circuits.AttachChargePoint(request)
    return attached


async def test_what_is_not_said_has_its_default(client: Client) -> None:
    made = await make(client, "a")
    assert (made.phases, made.voltage_v, made.min_current_a) == (Circuit.THREE, 230, 6)
    assert (made.state, made.when_full) == (Circuit.ENABLED, Circuit.WAIT)


async def test_no_circuit_feeds_itself(client: Client) -> None:
    await make(client, "a")
    await make(client, "b", parent_circuit="circuits/a")
    await make(client, "c", parent_circuit="circuits/b")
    circle = Circuit(name="circuits/a", parent_circuit="circuits/c")
    refusal = await refused(CIRCUITS.update(client, circle))
    assert refusal.fields == {
        "circuit.parent_circuit": (
            "goes round in a circle: circuits/a < circuits/c < circuits/b < circuits/a"
        )
    }
    assert not (await CIRCUITS.get(client, "circuits/a")).parent_circuit


async def test_two_changes_at_once_close_no_circle(client: Client) -> None:
    for name in ("a", "b"):
        await make(client, name)
    changes = [
        CIRCUITS.update(client, Circuit(name=f"circuits/{one}", parent_circuit=f"circuits/{other}"))
        for one, other in (("a", "b"), ("b", "a"))
    ]
    done = await asyncio.gather(*changes, return_exceptions=True)
    (failed,) = [each for each in done if isinstance(each, grpc.aio.AioRpcError)]
    assert "circuit.parent_circuit" in refusal_of(failed).fields


async def test_faults_of_a_circuit_are_told_by_their_paths(client: Client) -> None:
    wrong = Circuit(display_name="x", max_current_a=5, offline_reserved_current_a=6)
    wrong.schedule.add(max_current_a=9, start_time={"hours": 25}, end_time={})
    wrong.priorities.add(soc_band={"min_percent": 30, "max_percent": 30})
    refusal = await refused(CIRCUITS.create(client, wrong))
    assert set(refusal.fields) == {
        "circuit.min_current_a",
        "circuit.offline_reserved_current_a",
        "circuit.location",
        "circuit.schedule[0].max_current_a",
        "circuit.schedule[0].start_time",
        "circuit.priorities[0].soc_band",
    }


async def test_members_come_and_go(client: Client) -> None:
    circuit = (await make(client, "a")).name
    point = (await CHARGE_POINTS.make(client)).name
    attached = await attach(client, circuit, point, phase_rotation=Evse.RTS, fallback_current_a=6)
    assert attached.circuit == circuit
    assert attached.circuit_membership.phase_rotation == Evse.RTS
    assert (await CIRCUITS.get(client, circuit)).charge_point_count == 1
    page = await CHARGE_POINTS.list(client, circuit=circuit)
    assert [each.name for each in page.charge_points] == [point]
    refusal = await refused(CIRCUITS.delete(client, circuit))
    assert (refusal.reason, refusal.metadata["referrers"]) == ("RESOURCE_IN_USE", point)
    detached = await client.circuits.DetachChargePoint(
        DetachChargePointRequest(name=circuit, charge_point=point)
    )
    assert not detached.circuit
    assert not detached.HasField("circuit_membership")
    again = DetachChargePointRequest(name=circuit, charge_point=point)
    assert "charge_point" in (await refused(client.circuits.DetachChargePoint(again))).fields
    told = await client.events.ListEvents(ListEventsRequest(subjects=[point]))
    changed = [list(event.resource_changed.changed_fields) for event in told.events]
    assert changed == [[], ["circuit", "circuit_membership"], ["circuit", "circuit_membership"]]
    await CIRCUITS.delete(client, circuit)


async def test_a_charge_point_says_its_circuit_itself(client: Client) -> None:
    await make(client, "a")
    point = await CHARGE_POINTS.make(client)
    point.circuit = "circuits/a"
    point.circuit_membership.fallback_current_a = 3
    refusal = await refused(CHARGE_POINTS.update(client, point, "circuit", "circuit_membership"))
    path = "charge_point.circuit_membership.fallback_current_a"
    assert refusal.fields == {path: "must be 0, or at least the 6 A of circuits/a"}
    point.circuit_membership.fallback_current_a = 7.5
    joined = await CHARGE_POINTS.update(client, point, "circuit", "circuit_membership")
    assert joined.circuit_membership.fallback_current_a == 7.5
    nothing = ChargePoint(name=point.name)
    refusal = await refused(CHARGE_POINTS.update(client, nothing, "circuit"))
    assert list(refusal.fields) == ["charge_point.circuit_membership"]
    left = await CHARGE_POINTS.update(client, nothing, "circuit", "circuit_membership")
    assert not left.HasField("circuit_membership")
    point.circuit = "circuits/nowhere"
    point.etag = ""
    refusal = await refused(CHARGE_POINTS.update(client, point, "circuit"))
    assert refusal.reason == "REFERENCE_NOT_FOUND"


async def test_more_than_can_be_borne_is_refused(client: Client) -> None:
    await make(client, "top", max_current_a=40, offline_reserved_current_a=10)
    low = (await make(client, "low", parent_circuit="circuits/top")).name
    points = [(await CHARGE_POINTS.make(client)).name for _ in range(3)]
    await attach(client, low, points[0], fallback_current_a=10)
    await attach(client, low, points[1], smart_charging=False, max_current_a=20)
    refusal = await refused(attach(client, low, points[2], fallback_current_a=6))
    assert (refusal.code, refusal.reason) == (
        grpc.StatusCode.FAILED_PRECONDITION,
        "CIRCUIT_OVERCOMMITTED",
    )
    assert refusal.metadata == {
        "circuit": "circuits/low",
        "committed_a": "36",
        "max_current_a": "32",
    }
    await attach(client, low, points[2])
    tighter = Circuit(name="circuits/top", offline_reserved_current_a=10.5)
    refusal = await refused(CIRCUITS.update(client, tighter))
    assert refusal.metadata["circuit"] == "circuits/top"
    fallback = Circuit(name=low, min_current_a=12)
    assert "circuit.min_current_a" in (await refused(CIRCUITS.update(client, fallback))).fields


async def test_who_takes_no_limits_says_what_it_draws(client: Client) -> None:
    circuit = (await make(client, "a")).name
    point = (await CHARGE_POINTS.make(client)).name
    refusal = await refused(attach(client, circuit, point, smart_charging=False))
    assert list(refusal.fields) == ["charge_point.circuit_membership.max_current_a"]


async def test_partners_join_their_own_circuits_alone(api: Api, client: Client) -> None:
    partner = api.client(await api.key_of(Role.PARTNER_ADMIN, "partners/p"))
    await make(client, "a")
    point = (await CHARGE_POINTS.make(client)).name
    refusal = await refused(attach(partner, "circuits/a", point))
    assert (refusal.code, refusal.metadata) == (grpc.StatusCode.NOT_FOUND, {"name": "circuits/a"})
    await partner.close()


async def test_a_partner_hears_nothing_of_circuits_above_its_own(api: Api, client: Client) -> None:
    owner = (await PARTNERS.make(client)).name
    await make(client, "top", max_current_a=10)
    await make(client, "own", parent_circuit="circuits/top", partner=owner)
    partner = api.client(await api.key_of(Role.PARTNER_ADMIN, owner))
    wide = Circuit(name="circuits/own", offline_reserved_current_a=11)
    refusal = await refused(CIRCUITS.update(partner, wide))
    assert (refusal.reason, refusal.metadata) == ("CIRCUIT_OVERCOMMITTED", {"circuit": "another"})
    assert "top" not in refusal.message
    wide.offline_reserved_current_a = 9
    assert (await CIRCUITS.update(partner, wide)).offline_reserved_current_a == 9
    await partner.close()
