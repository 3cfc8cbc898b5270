"""What makes events happen: acts, played one behind the other in one world, as a charger's life is.

To have a type of events tested: a line in `TYPES`, with the act that causes it (a new one goes to
the end of `ACTS`) and a field of its payload that the act fills. Where the tests of its own room do
that already, a line in `IN_THEIR_ROOMS`.
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple
from urllib.request import Request, urlopen

from aiohttp import web
from google.protobuf.json_format import ParseDict
from websockets.exceptions import InvalidStatus

from ampline.v1 import charge_point_action_pb2 as action
from ampline.v1 import charge_point_maintenance_pb2 as maintenance
from ampline.v1 import charging_profile_action_pb2 as profile_action
from ampline.v1 import reservation_pb2, user_action_pb2, voucher_pb2
from ampline.v1.charging_profile_pb2 import ChargingProfile
from ampline.v1.circuit_pb2 import AttachChargePointRequest, Circuit
from ampline.v1.subscription_plan_pb2 import SubscriptionPlan
from ampline.v1.webhook_endpoint_pb2 import WebhookEndpoint
from tests.api.samples import CIRCUITS, SUBSCRIPTION_PLANS, VOUCHERS, WEBHOOK_ENDPOINTS
from tests.events.world import World
from tests.ocpp.authority import request_for

Act = Callable[[World], Awaitable[None]]
BOOT = {
    "chargePointVendor": "Vendor",
    "chargePointModel": "Model",
    "chargePointSerialNumber": "SN-1",
    "firmwareVersion": "1.2",
    "iccid": "8931",
    "imsi": "2041",
    "meterType": "Meter",
}


def now(seconds: float = 0) -> str:
    """A time as chargers write it, so many seconds from now."""
    moment = datetime.now(UTC) + timedelta(seconds=seconds)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


async def a_stranger_knocks(world: World) -> None:
    with suppress(InvalidStatus):
        await world.dial("NOBODY")


async def a_charger_boots(world: World) -> None:
    world.charger = await world.dial("CP1")
    await world.charger.ask("BootNotification", BOOT)
    settings = [{"key": "HeartbeatInterval", "readonly": False, "value": "300"}]
    await world.charger.answer({"configurationKey": settings})


async def its_plugs_report(world: World) -> None:
    status = {"connectorId": 1, "status": "Available", "errorCode": "NoError"}
    await world.connected.ask("StatusNotification", status)
    fault = {"status": "Faulted", "errorCode": "OtherError", "vendorErrorCode": "E7"}
    await world.connected.ask("StatusNotification", {**status, **fault, "connectorId": 0})
    await world.connected.ask("StatusNotification", {**status, **fault})
    await world.connected.ask("StatusNotification", {**status, "connectorId": 0})
    await world.connected.ask("StatusNotification", status)


async def a_driver_charges(world: World) -> None:
    charger = world.connected
    await charger.ask("Authorize", {"idTag": "AAAA"})
    begun = {"connectorId": 1, "idTag": "AAAA", "meterStart": 1000, "timestamp": now(-60)}
    transaction = (await charger.ask("StartTransaction", begun))["transactionId"]
    status = {"connectorId": 1, "status": "SuspendedEV", "errorCode": "NoError"}
    await charger.ask("StatusNotification", status)
    values = [{"value": "3000", "measurand": "Energy.Active.Import.Register", "unit": "Wh"}]
    values += [{"value": "50", "measurand": "SoC", "unit": "Percent"}]
    sample = {"timestamp": now(-30), "sampledValue": values}
    told = {"connectorId": 1, "transactionId": transaction, "meterValue": [sample]}
    await charger.ask("MeterValues", told)
    ended = {"transactionId": transaction, "meterStop": 9000, "timestamp": now()}
    await charger.ask("StopTransaction", {**ended, "reason": "Local"})


async def an_operator_starts_from_afar(world: World) -> None:
    request = action.StartSessionRequest(charge_point=world.charge_point, evse=1, user=world.user)
    await asyncio.gather(
        world.client.actions.StartSession(request), world.connected.answer({"status": "Accepted"})
    )


async def a_charger_tells_of_itself(world: World) -> None:
    charger = world.connected
    await charger.ask("FirmwareStatusNotification", {"status": "Downloading"})
    await charger.ask("DiagnosticsStatusNotification", {"status": "Uploading"})
    told = {"vendorId": "vendor.example", "messageId": "hello", "data": "x"}
    await charger.ask("DataTransfer", told)
    event = {"type": "TamperDetectionActivated", "timestamp": now(), "techInfo": "lid"}
    await charger.ask("SecurityEventNotification", event)


async def an_operator_changes_it(world: World) -> None:
    client, charger, point = world.client, world.connected, world.charge_point
    setting = action.SetConfigurationRequest(
        charge_point=point, key="HeartbeatInterval", value="60"
    )
    await asyncio.gather(
        client.actions.SetConfiguration(setting), charger.answer({"status": "Accepted"})
    )
    profile = profile_action.SetChargingProfileRequest(
        charge_point=point,
        evse=1,
        purpose=ChargingProfile.TX_DEFAULT,
        kind=ChargingProfile.ABSOLUTE,
    )
    profile.schedule.rate_unit = ChargingProfile.AMPERE
    profile.schedule.periods.add(limit=6.0)
    await asyncio.gather(
        client.profile_actions.SetChargingProfile(profile), charger.answer({"status": "Accepted"})
    )
    place = reservation_pb2.ReserveEvseRequest(charge_point=point, evse=1, user=world.user)
    place.expire_time.FromDatetime(datetime.now(UTC) + timedelta(hours=1))
    await asyncio.gather(
        client.reservations.ReserveEvse(place), charger.answer({"status": "Accepted"})
    )


async def a_charger_uploads_its_log(world: World) -> None:
    request = maintenance.GetDiagnosticsRequest(charge_point=world.charge_point)
    _, (_, asked) = await asyncio.gather(
        world.client.maintenance.GetDiagnostics(request),
        world.connected.answer({"fileName": "log.zip"}),
    )
    path = asked["location"].partition("/files/")[2]
    url = f"http://127.0.0.1:{world.app.files_port}/files/{path}"
    upload = Request(url, data=b"PK log", method="PUT")
    await asyncio.to_thread(lambda: urlopen(upload, timeout=10).read())


async def money_moves(world: World) -> None:
    amount = {"currencyCode": "EUR", "units": "5"}
    voucher = ParseDict({"code": "SPRING", "amount": amount}, voucher_pb2.Voucher())
    await VOUCHERS.create(world.client, voucher)
    redeeming = user_action_pb2.RedeemVoucherRequest(name=world.user, code="SPRING")
    await world.client.user_actions.RedeemVoucher(redeeming)
    told = {"displayName": "Flat", "billing": "PREPAID", "renewalCycle": "MONTHLY"}
    plan = ParseDict({**told, "baseFee": amount}, SubscriptionPlan())
    name = (await SUBSCRIPTION_PLANS.create(world.client, plan)).name
    activating = user_action_pb2.ActivateSubscriptionRequest(name=world.user, plan=name)
    await world.client.user_actions.ActivateSubscription(activating)


async def a_webhook_endpoint_is_gone(world: World) -> None:
    async def gone(_: web.Request) -> web.Response:
        return web.Response(status=410)

    app = web.Application()
    app.router.add_post("/", gone)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}/"
    cursor = await world.cursor()
    await WEBHOOK_ENDPOINTS.create(world.client, WebhookEndpoint(url=url))
    await world.told(["webhook_endpoint.disabled"], cursor)
    await runner.cleanup()


async def a_circuit_is_tight(world: World) -> None:
    """Most of it is set apart for loads that nobody manages."""
    charger = world.connected
    begun = {"connectorId": 1, "idTag": "AAAA", "meterStart": 9000, "timestamp": now()}
    transaction = (await charger.ask("StartTransaction", begun))["transactionId"]
    charging = {"connectorId": 1, "status": "Charging", "errorCode": "NoError"}
    await charger.ask("StatusNotification", charging)
    circuit = Circuit(display_name="Garage", max_current_a=20, offline_reserved_current_a=16)
    made = await CIRCUITS.create(world.client, circuit)
    attach = AttachChargePointRequest(name=made.name, charge_point=world.charge_point)
    await world.client.circuits.AttachChargePoint(attach)
    for _ in range(2):  # the default, and the limit of the session
        await charger.answer({"status": "Accepted"})
    ended = {"transactionId": transaction, "meterStop": 9100, "timestamp": now()}
    await charger.send([2, "end", "StopTransaction", ended])


async def a_charger_asks_for_a_certificate(world: World) -> None:
    await world.connected.ask("SignCertificate", {"csr": request_for("CP1")})
    action, _ = await world.connected.answer({"status": "Accepted"})
    assert action == "CertificateSigned"


async def a_charger_leaves(world: World) -> None:
    await world.connected.hang_up()


ACTS: tuple[Act, ...] = (
    a_stranger_knocks,
    a_charger_boots,
    its_plugs_report,
    a_driver_charges,
    a_charger_tells_of_itself,
    a_charger_asks_for_a_certificate,
    an_operator_changes_it,
    an_operator_starts_from_afar,
    a_charger_uploads_its_log,
    money_moves,
    a_webhook_endpoint_is_gone,
    a_circuit_is_tight,
    a_charger_leaves,
)


class Cause(NamedTuple):
    """What a type comes of, and what its events show."""

    act: Act
    shows: str
    """The path of a field of the event that says what happened."""
    value: Any = None
    """What that field says; None = anything."""


TYPES: dict[str, Cause] = {
    "authorization.decided": Cause(a_driver_charges, "authorization_decided.accepted", True),
    "charge_point.booted": Cause(a_charger_boots, "charge_point_booted.iccid", "8931"),
    "charge_point.certificate_changed": Cause(
        a_charger_asks_for_a_certificate,
        "charge_point_certificate_changed.certificate.key_kind",
        "EC secp256r1",
    ),
    "charge_point.charging_profile_applied": Cause(
        an_operator_changes_it,
        "charge_point_charging_profile_applied.charging_profile.schedule.rate_unit",
        ChargingProfile.AMPERE,
    ),
    "charge_point.configuration_changed": Cause(
        an_operator_changes_it, "charge_point_configuration_changed.value", "60"
    ),
    "charge_point.configuration_reported": Cause(
        a_charger_boots, "charge_point_configuration_reported.setting_count", 1
    ),
    "charge_point.connected": Cause(a_charger_boots, "charge_point_connection.identity", "CP1"),
    "charge_point.data_transfer_received": Cause(
        a_charger_tells_of_itself, "charge_point_data_transfer.message_id", "hello"
    ),
    "charge_point.disconnected": Cause(a_charger_leaves, "charge_point_connection.reason"),
    "charge_point.firmware_status": Cause(
        a_charger_tells_of_itself, "charge_point_transfer_status.status", "Downloading"
    ),
    "charge_point.hardware_status_changed": Cause(
        its_plugs_report, "charge_point_hardware_status_changed.vendor_error_code", "E7"
    ),
    "charge_point.log_received": Cause(
        a_charger_uploads_its_log, "charge_point_transfer_status.charge_point_log.size_bytes", 6
    ),
    "charge_point.log_status": Cause(
        a_charger_tells_of_itself, "charge_point_transfer_status.status", "Uploading"
    ),
    "charge_point.network_status_changed": Cause(
        a_charger_boots, "charge_point_network_status_changed.new_status"
    ),
    "charge_point.security_event": Cause(
        a_charger_tells_of_itself, "charge_point_security_event.tech_info", "lid"
    ),
    "charge_point.unknown_connected": Cause(
        a_stranger_knocks, "charge_point_connection.identity", "NOBODY"
    ),
    "circuit.consumption": Cause(a_circuit_is_tight, "circuit_consumption.limit.l1_a", 20),
    "circuit.limited": Cause(a_circuit_is_tight, "circuit_limited.limited_evse_count", 1),
    "evse.hardware_status_changed": Cause(
        its_plugs_report, "evse_hardware_status_changed.new_status"
    ),
    "reservation.status_changed": Cause(
        an_operator_changes_it, "reservation_changed.reservation.state"
    ),
    "session.meter_values": Cause(a_driver_charges, "session_meter_values.soc_percent", 50),
    "session.priced": Cause(a_driver_charges, "session_changed.session.price"),
    "session.started": Cause(a_driver_charges, "session_changed.session.user"),
    "session.stopped": Cause(a_driver_charges, "session_changed.session.energy_wh", 8000),
    "session.updated": Cause(an_operator_starts_from_afar, "session_changed.session.state"),
    "transaction.changed": Cause(a_driver_charges, "transaction_changed.transaction.state"),
    "user.balance_changed": Cause(
        a_driver_charges, "user_balance_changed.balance_entry.balance_after"
    ),
    "user.subscription_changed": Cause(money_moves, "user_subscription_changed.subscription.state"),
    "voucher.redeemed": Cause(money_moves, "voucher_redeemed.voucher.code", "SPRING"),
    "webhook_endpoint.disabled": Cause(
        a_webhook_endpoint_is_gone,
        "resource_changed.webhook_endpoint.disable_reason",
        WebhookEndpoint.GONE,
    ),
}
"""Every type, but those of resources that are created, updated and deleted, by name."""

IN_THEIR_ROOMS: dict[str, tuple[str, str]] = {
    "evse.charging_needs_told": (
        "tests/ocpp/test_charging_needs.py",
        "evse_charging_needs_told",
    ),
    "charge_point.customer_information": (
        "tests/ocpp/test_v2x_displays.py",
        "charge_point_customer_information",
    ),
    "charge_point.device_event": (
        "tests/ocpp/test_v2x_monitoring.py",
        "charge_point_device_event",
    ),
    "firmware_campaign.state_changed": (
        "tests/api/test_firmware_campaigns.py",
        "firmware_campaign_changed",
    ),
}
"""Types that the tests of their own room cause and look into: the file, the payload it reads."""
