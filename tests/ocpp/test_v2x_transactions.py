"""Transactions as chargers of 2.0.1 and 2.1 tell of them, over a socket."""

import itertools
from typing import Any

from ampline.v1 import session_pb2, session_warning_pb2
from ampline.v1.meter_value_pb2 import MeterValue
from ampline.v1.session_pb2 import Session
from server.domain.facts import EvseStatus, StopReason
from server.store import models
from server.work.rules import Rules
from server.work.sessions import expiry
from tests.ocpp.conftest import Platform
from tests.ocpp.raw_charger import RawCharger
from tests.ocpp.v2x import AVAILABLE, booted, both_versions
from tests.ocpp.v2x_transaction import PLACE, TOKEN, Told, at, register, so_far

OPEN = "chargePoints/OPEN"
MISSING = session_warning_pb2.MESSAGES_MISSING


async def tell(charger: RawCharger, step: dict[str, Any]) -> dict[str, Any]:
    return await charger.ask("TransactionEvent", step)


async def warnings(platform: Platform) -> list[int]:
    session = await platform.one(models.Session)
    return list(session_pb2.Session.FromString(bytes(session.warnings or b"")).warnings)


async def hardware_status(platform: Platform) -> int:
    return int((await platform.one(models.Evse)).hardware_status)


@both_versions
async def test_a_whole_visit(platform: Platform, subprotocol: str) -> None:
    charger, told = await booted(platform, subprotocol), Told()
    answer = await tell(charger, told.started())
    assert answer["idTokenInfo"]["status"] == "Accepted"
    assert "idTokenInfo" not in await tell(charger, told.turned("Charging", 1))
    assert await tell(charger, told.metered(3_000, 10)) == {}
    stopped = await tell(charger, told.ended(idToken=TOKEN))
    assert stopped["idTokenInfo"]["status"] == "Accepted"
    session = await platform.one(models.Session)
    assert (session.state, session.energy_wh) == (Session.FINISHED, 5_000)
    assert (session.user, session.ocpp_transaction_id) == ("users/ann", "tx-1")
    assert (session.meter_start_wh, session.meter_stop_wh) == (1_000, 6_000)
    assert session.stop_reason == StopReason.LOCAL
    assert await warnings(platform) == []


async def test_the_status_of_an_evse_follows_the_car(platform: Platform) -> None:
    charger, told = await booted(platform), Told()
    occupied = {**AVAILABLE, "connectorStatus": "Occupied", "timestamp": at(0)}
    await charger.ask("StatusNotification", occupied)
    assert await hardware_status(platform) == EvseStatus.OCCUPIED
    steps = [
        (told.started(1), EvseStatus.PREPARING),
        (told.turned("Charging", 2), EvseStatus.CHARGING),
        (told.metered(2_000, 3), EvseStatus.CHARGING),
        (told.turned("SuspendedEV", 4), EvseStatus.SUSPENDED_EV),
        (told.turned("SuspendedEVSE", 5), EvseStatus.SUSPENDED_EVSE),
        (told.turned("EVConnected", 6), EvseStatus.FINISHING),
        (told.ended(7), EvseStatus.FINISHING),
    ]
    for step, status in steps:
        await tell(charger, step)
        assert await hardware_status(platform) == status
    await charger.ask("StatusNotification", {**AVAILABLE, "timestamp": at(8)})
    assert await hardware_status(platform) == EvseStatus.AVAILABLE


async def test_an_evse_is_as_busy_as_its_busiest_connector(platform: Platform) -> None:
    charger, told = await booted(platform), Told()
    await tell(charger, told.started(1))
    await tell(charger, told.turned("Charging", 2))
    other = {**AVAILABLE, "connectorId": 2, "timestamp": at(3)}
    await charger.ask("StatusNotification", other)
    assert await hardware_status(platform) == EvseStatus.CHARGING
    await tell(charger, told.ended(4))
    await charger.ask("StatusNotification", {**AVAILABLE, "timestamp": at(5)})
    assert await hardware_status(platform) == EvseStatus.AVAILABLE


async def test_occupied_says_no_more_than_the_transaction(platform: Platform) -> None:
    charger, told = await booted(platform), Told()
    await tell(charger, told.plugged_in(1))
    occupied = {**AVAILABLE, "connectorStatus": "Occupied", "timestamp": at(2)}
    await charger.ask("StatusNotification", occupied)
    assert await hardware_status(platform) == EvseStatus.PREPARING
    await tell(charger, told.turned("Charging", 3, idToken=TOKEN))
    faulted = {**AVAILABLE, "connectorStatus": "Faulted", "timestamp": at(4)}
    await charger.ask("StatusNotification", faulted)
    await tell(charger, told.turned("SuspendedEVSE", 5))
    assert await hardware_status(platform) == EvseStatus.FAULTED
    await charger.ask("StatusNotification", {**occupied, "timestamp": at(6)})
    assert await hardware_status(platform) == EvseStatus.SUSPENDED_EVSE


async def test_free_before_the_end_is_told_stays_free(platform: Platform) -> None:
    charger, told = await booted(platform), Told()
    await tell(charger, told.started())
    await charger.ask("StatusNotification", {**AVAILABLE, "timestamp": at(20)})
    await tell(charger, told.ended(30))
    assert await hardware_status(platform) == EvseStatus.AVAILABLE


async def test_a_session_begins_when_somebody_shows_a_card(platform: Platform) -> None:
    charger, told = await booted(platform), Told()
    assert await tell(charger, told.plugged_in(0)) == {}
    assert await platform.rows(models.Session) == []
    authorized = told.step("Updated", "Authorized", 5, idToken=TOKEN)
    answer = await tell(charger, authorized)
    assert answer["idTokenInfo"]["status"] == "Accepted"
    await tell(charger, told.ended(30))
    session = await platform.one(models.Session)
    assert (session.stop_time - session.start_time) / 60_000_000 == 25
    assert session.energy_wh == 5_000
    assert await platform.rows(models.EarlyStep) == []


async def test_a_session_begins_when_the_evse_is_known(platform: Platform) -> None:
    charger, told = await booted(platform), Told()
    first = told.step("Started", "Authorized", 0, {"chargingState": "Idle"}, idToken=TOKEN)
    assert (await tell(charger, first))["idTokenInfo"]["status"] == "Accepted"
    assert await platform.rows(models.Session) == []
    await tell(charger, told.step("Updated", "CablePluggedIn", 2, evse=PLACE))
    session = await platform.one(models.Session)
    assert (session.evse, session.user) == (f"{OPEN}/evses/1", "users/ann")
    await tell(charger, told.metered(4_000, 10))
    await tell(charger, told.ended(30, 9_000))
    session = await platform.one(models.Session)
    assert (session.meter_start_wh, session.energy_wh) == (4_000, 5_000)


async def test_a_car_that_only_stood_there_makes_no_session(platform: Platform) -> None:
    charger, told = await booted(platform), Told()
    await tell(charger, told.plugged_in(0))
    end = told.ended(3, 1_000, "EVDisconnected")
    assert await tell(charger, end) == {}
    assert await platform.rows(models.Session) == []
    assert await platform.rows(models.EarlyStep) == []
    assert await hardware_status(platform) == EvseStatus.AVAILABLE


async def test_energy_that_nobody_was_let_have_is_not_lost(platform: Platform) -> None:
    charger, told = await booted(platform), Told()
    await tell(charger, told.plugged_in(so_far()))
    await tell(charger, told.ended(so_far(), 2_000))
    session = await platform.one(models.Session)
    assert (session.state, session.energy_wh) == (Session.FAILED, 1_000)
    assert session.authorization_refused == "ID_TAG_UNKNOWN"
    assert session.start_time < session.stop_time  # or nothing of it had a price


async def test_steps_come_in_any_order(platform: Platform) -> None:
    charger = await booted(platform)
    for order in itertools.permutations(range(4)):
        told = Told(f"tx-{order}")
        steps = [
            told.started(),
            told.turned("Charging", 1),
            told.metered(3_000, 10),
            told.ended(),
        ]
        for index in order:
            await tell(charger, steps[index])
    sessions = await platform.rows(models.Session)
    assert len({session.ocpp_transaction_id for session in sessions}) == 24
    for session in sessions:
        assert (session.state, session.energy_wh) == (Session.FINISHED, 5_000)
        assert (session.meter_start_wh, session.user) == (1_000, "users/ann")
        assert (session.stop_time - session.start_time) / 60_000_000 == 30
        assert session.warnings is None
    assert len(await platform.rows(models.MeterValue)) == 3 * 24
    assert await platform.rows(models.EarlyStep) == []


async def test_a_gap_is_noted_until_it_is_filled(platform: Platform) -> None:
    charger, told = await booted(platform), Told()
    await tell(charger, told.started())
    late = told.metered(2_000, 5)
    await tell(charger, told.metered(3_000, 10))
    await tell(charger, told.ended())
    assert await warnings(platform) == [MISSING]
    await tell(charger, late)
    assert await warnings(platform) == []
    assert (await platform.one(models.Session)).energy_wh == 5_000


async def test_steps_sent_again_are_answered_like_the_first(platform: Platform) -> None:
    first, told = await booted(platform), Told()
    steps = [told.started(), told.metered(3_000, 10), told.ended(idToken=TOKEN)]
    answers = [await tell(first, step) for step in steps]
    events = len(await platform.events())
    again = await platform.connect(subprotocols=("ocpp2.0.1",))
    assert [await tell(again, step) for step in steps] == answers
    assert len(await platform.rows(models.MeterValue)) == 3
    told_again = [event.type for event in (await platform.events())[events:]]
    assert not [kind for kind in told_again if kind.startswith(("session", "transaction"))]


async def test_the_same_transaction_id_elsewhere_is_another(platform: Platform) -> None:
    for identity in ("OPEN", "OTHER"):
        charger = await booted(platform, identity=identity)
        await tell(charger, Told("1").started(idToken={"idToken": identity, "type": "Central"}))
    assert len(await platform.rows(models.Session)) == 2


@both_versions
async def test_a_refused_start_is_a_session_that_failed(
    platform: Platform, subprotocol: str
) -> None:
    charger, told = await booted(platform, subprotocol), Told()
    nobody = {"idToken": "nobody", "type": "ISO14443"}
    answer = await tell(charger, told.started(so_far(), idToken=nobody))
    assert answer["idTokenInfo"]["status"] == "Unknown"
    again = await tell(charger, told.metered(1_500, so_far()))
    assert again["idTokenInfo"]["status"] == "Unknown"
    await tell(charger, told.ended(so_far(), 2_000, "DeAuthorized"))
    session = await platform.one(models.Session)
    assert (session.state, session.energy_wh) == (Session.FAILED, 1_000)
    assert session.stop_reason == StopReason.DE_AUTHORIZED


async def test_what_began_offline_is_not_refused(platform: Platform) -> None:
    charger, told = await booted(platform), Told()
    nobody = {"idToken": "nobody", "type": "ISO14443"}
    answer = await tell(charger, told.started(idToken=nobody, offline=True))
    assert answer["idTokenInfo"]["status"] == "Accepted"
    session = await platform.one(models.Session)
    assert (session.state, session.started_offline) == (Session.ACTIVE, True)


async def test_nobody_has_to_show_anything_where_all_may_charge(platform: Platform) -> None:
    await platform.update(models.ChargePoint, OPEN, auto_start=True)
    charger, told = await booted(platform), Told()
    free = {"idToken": "", "type": "NoAuthorization"}
    answer = await tell(charger, told.started(idToken=free))
    assert answer["idTokenInfo"]["status"] == "Accepted"
    session = await platform.one(models.Session)
    assert (session.state, session.user, session.token) == (Session.ACTIVE, None, None)


async def test_an_unbegun_transaction_is_kept_for_somebody_to_see(platform: Platform) -> None:
    charger, told = await booted(platform), Told()
    told.started()  # which never comes
    await tell(charger, told.turned("Charging", 1, evse=PLACE))
    await tell(charger, told.metered(1_000, 5))
    await tell(charger, told.ended())
    assert await platform.rows(models.Session) == []
    later = Rules(no_tariff_is_free=True, lost_stop=0)
    await platform.lane.write(lambda unit: expiry.give_up_steps(unit, later))
    session = await platform.one(models.Session)
    assert await warnings(platform) == [session_warning_pb2.ORPHAN]
    assert session.meter_stop_wh == 6_000
    assert len(await platform.rows(models.MeterValue)) == 2
    assert await platform.rows(models.EarlyStep) == []


async def test_a_lost_beginning_is_made_up_for(platform: Platform) -> None:
    charger, told = await booted(platform), Told()
    told.plugged_in()  # which never comes
    await tell(charger, told.step("Updated", "Authorized", 2, evse=PLACE, idToken=TOKEN))
    await tell(charger, told.metered(2_000, 5))
    later = Rules(no_tariff_is_free=True, lost_stop=0)
    await platform.lane.write(lambda unit: expiry.give_up_steps(unit, later))
    await tell(charger, told.ended())
    session = await platform.one(models.Session)
    assert (session.state, session.user) == (Session.FINISHED, "users/ann")
    assert session.energy_wh == 4_000


async def test_what_the_meter_signed_is_kept(platform: Platform) -> None:
    charger, told = await booted(platform), Told()
    signed = {
        "signedMeterData": "c2lnbmVk",
        "signingMethod": "ECDSAP256SHA256",
        "encodingMethod": "OCMF",
        "publicKey": "a2V5",
    }
    kwh = {"unit": "Wh", "multiplier": 3}
    value = register(6, 30, "Transaction.End", signedMeterValue=signed, unitOfMeasure=kwh)
    await tell(charger, told.started())
    await tell(charger, told.ended(meterValue=[value]))
    assert (await platform.one(models.Session)).energy_wh == 5_000
    kept = (await platform.rows(models.MeterValue))[-1]
    (sampled,) = MeterValue.FromString(bytes(kept.body)).sampled_values
    assert (sampled.raw_value, sampled.value, sampled.unit) == ("6", 6_000, "Wh")
    assert sampled.signed_value.data == "c2lnbmVk"
    assert sampled.signed_value.encoding_method == "OCMF"
    assert sampled.signed_value.signing_method == "ECDSAP256SHA256"
    assert sampled.signed_value.public_key == "a2V5"


async def test_a_value_that_is_no_number_costs_no_energy(platform: Platform) -> None:
    charger, told = await booted(platform), Told()
    await tell(charger, told.started())
    odd = told.metered(0, 5)
    odd["meterValue"][0]["sampledValue"][0]["value"] = "NaN"
    assert await tell(charger, odd) == {}
    await tell(charger, told.ended())
    assert (await platform.one(models.Session)).energy_wh == 5_000
