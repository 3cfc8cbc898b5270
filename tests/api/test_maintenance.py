"""Maintenance: what is asked of chargers goes out, and what they say comes back."""

import grpc
import pytest
from google.protobuf.message import Message

from ampline.v1 import charge_point_maintenance_pb2 as pb
from server.domain import commands
from server.domain.commands import CommandAnswer, LogKind, Retries
from tests.api.client import Client, refused
from tests.api.conftest import Api
from tests.api.samples import CHARGE_POINTS

CP = "chargePoints/CP1"
URI = "https://files.example/folder/"


@pytest.fixture(autouse=True)
async def charge_point(api: Api, client: Client) -> None:
    """A charge point that is online."""
    await CHARGE_POINTS.make(client, charge_point_id="CP1")
    api.stations.connect(CP)


def custom(payload: str) -> pb.CustomCallRequest:
    """A custom call with that payload."""
    return pb.CustomCallRequest(charge_point=CP, action="Reset", payload_json=payload)


async def test_a_log_is_asked_for(api: Api, client: Client) -> None:
    request = pb.GetLogRequest(charge_point=CP, kind=pb.GetLogRequest.SECURITY, uri=URI)
    request.oldest_time.FromSeconds(1_000)
    request.retries.retries = 2
    request.retries.retry_interval.FromSeconds(60)
    api.stations.connect(CP, lambda _: CommandAnswer("Accepted", True, file_name="log.zip"))
    answer = await client.maintenance.GetLog(request)
    ((_, sent),) = api.stations.sent
    assert isinstance(sent, commands.GetLog)
    assert (sent.kind, sent.uri, sent.retries) == (LogKind.SECURITY, URI, Retries(2, 60))
    assert sent.oldest is not None
    assert sent.oldest.timestamp() == 1_000
    assert sent.newest is None
    assert (answer.charger_status, answer.file_name) == ("Accepted", "log.zip")
    assert answer.transfer_number == sent.number > 0


@pytest.mark.parametrize(
    ("method", "request_", "command"),
    [
        ("ClearCache", pb.ClearCacheRequest(charge_point=CP), commands.ClearCache()),
        (
            "SendDataTransfer",
            pb.SendDataTransferRequest(charge_point=CP, vendor_id="v", data="d"),
            commands.SendDataTransfer("v", "", "d"),
        ),
        (
            "GetLocalListVersion",
            pb.GetLocalListVersionRequest(charge_point=CP),
            commands.GetLocalListVersion(),
        ),
        (
            "CustomCall",
            pb.CustomCallRequest(charge_point=CP, action="Reset", payload_json='{"type": "Soft"}'),
            commands.CustomCall("Reset", {"type": "Soft"}),
        ),
    ],
)
async def test_a_command_goes_out_as_asked(
    api: Api, client: Client, method: str, request_: Message, command: commands.Command
) -> None:
    await getattr(client.maintenance, method)(request_)
    assert api.stations.sent == [(CP, command)]


async def test_firmware_is_signed_or_not(api: Api, client: Client) -> None:
    plain = pb.UpdateFirmwareRequest(charge_point=CP, uri=URI)
    assert (await client.maintenance.UpdateFirmware(plain)).transfer_number > 0
    signed = pb.UpdateFirmwareRequest(charge_point=CP, uri=URI)
    signed.signature.signing_certificate, signed.signature.signature = "PEM", "c2ln"
    number = (await client.maintenance.UpdateFirmware(signed)).transfer_number
    (_, first), (_, second) = api.stations.sent
    assert isinstance(first, commands.UpdateFirmware)
    assert isinstance(second, commands.UpdateSignedFirmware)
    assert second.number == number > 0


@pytest.mark.parametrize(
    ("method", "request_", "field"),
    [
        (
            "CustomCall",
            pb.CustomCallRequest(charge_point=CP, action="Reset", payload_json="[1]"),
            "payload_json",
        ),
        (
            "CustomCall",
            pb.CustomCallRequest(charge_point=CP, action="Reset", payload_json="{x"),
            "payload_json",
        ),
        ("UpdateFirmware", pb.UpdateFirmwareRequest(charge_point=CP, uri="no address"), "uri"),
        ("GetLog", pb.GetLogRequest(charge_point=CP, uri=URI), "kind"),
    ],
)
async def test_bad_input_is_named(
    api: Api, client: Client, method: str, request_: Message, field: str
) -> None:
    error = await refused(getattr(client.maintenance, method)(request_))
    assert error.code == grpc.StatusCode.INVALID_ARGUMENT
    assert field in error.fields
    assert api.stations.sent == []


async def test_times_that_do_not_fit_are_named(client: Client) -> None:
    install = pb.UpdateFirmwareRequest(charge_point=CP, uri=URI)
    install.install_time.FromSeconds(1)
    assert "install_time" in (await refused(client.maintenance.UpdateFirmware(install))).fields
    backwards = pb.GetDiagnosticsRequest(charge_point=CP, uri=URI)
    backwards.oldest_time.FromSeconds(2)
    backwards.newest_time.FromSeconds(1)
    assert "newest_time" in (await refused(client.maintenance.GetDiagnostics(backwards))).fields


async def test_a_connection_is_closed(api: Api, client: Client) -> None:
    await client.maintenance.Disconnect(pb.DisconnectRequest(charge_point=CP))
    assert api.stations.disconnected == [CP]
    await CHARGE_POINTS.make(client, charge_point_id="AWAY")
    away = pb.DisconnectRequest(charge_point="chargePoints/AWAY")
    error = await refused(client.maintenance.Disconnect(away))
    assert (error.code, error.reason) == (grpc.StatusCode.UNAVAILABLE, "CHARGER_OFFLINE")
