"""What keeps a charger well: firmware, logs, its vendor's own messages."""

import json
from datetime import UTC, datetime
from typing import Any

from ampline.v1 import charge_point_maintenance_pb2 as pb
from ampline.v1.charge_point_maintenance_pb2_grpc import ChargePointMaintenanceServiceServicer
from server.api.lanes import Call, acting
from server.api.services.commands import Commanding, time_told
from server.api.services.transfers import Transfers
from server.domain import commands
from server.domain.errors import Outcome, RefusedError, invalid_field
from server.store.clock import to_us
from server.store.lane import WriteLane
from server.work.balancing import managed
from server.work.ports import Stations
from server.work.rules import Rules
from server.work.stations import firmware_images, firmware_updates, local_lists
from server.work.stations.firmware_updates import FirmwareWanted, Prepared
from server.work.stations.logs import LogWanted


class ChargePointMaintenanceService(ChargePointMaintenanceServiceServicer):
    """Maintains chargers."""

    def __init__(
        self, lane: WriteLane, commanding: Commanding, stations: Stations, rules: Rules
    ) -> None:
        self._lane = lane
        self._commanding = commanding
        self._stations = stations
        self._transfers = Transfers(lane, commanding, rules)

    @acting
    async def UpdateFirmware(
        self, request: pb.UpdateFirmwareRequest, call: Call
    ) -> pb.UpdateFirmwareResponse:
        """Has firmware fetched and installed."""
        wanted = _firmware(request)
        if wanted.firmware_image:
            await self._commanding.require(call, request, ("firmware_image",))
        update, answer = await self._transfers.firmware(
            call, wanted, lambda update: _update(request, update)
        )
        return pb.UpdateFirmwareResponse(
            charger_status=answer.status,
            transfer_number=update.number,
            firmware_update=update.name,
        )

    @acting
    async def PublishFirmware(
        self, request: pb.PublishFirmwareRequest, call: Call
    ) -> pb.PublishFirmwareResponse:
        """Has firmware fetched and offered to others."""
        await self._commanding.require(call, request, ("firmware_image",))
        wanted = FirmwareWanted(request.charge_point, request.firmware_image, publishes=True)
        update, answer = await self._transfers.firmware(
            call,
            wanted,
            lambda update: commands.PublishFirmware(
                update.number, update.uri, update.md5, _retries(request)
            ),
        )
        return pb.PublishFirmwareResponse(
            charger_status=answer.status,
            transfer_number=update.number,
            firmware_update=update.name,
        )

    @acting
    async def UnpublishFirmware(
        self, request: pb.UnpublishFirmwareRequest, call: Call
    ) -> pb.UnpublishFirmwareResponse:
        """Has firmware offered no more."""
        charge_point, name = request.charge_point, request.firmware_image
        await self._commanding.find(call, charge_point)
        await self._commanding.require(call, request, ("firmware_image",))
        image = await self._commanding.reads.look_up(
            lambda rows: firmware_images.require_ready(rows, name)
        )
        wanted = commands.UnpublishFirmware(image.md5)
        answer = await self._commanding.send(call, charge_point, wanted)
        await self._lane.write(lambda unit: firmware_updates.unpublished(unit, charge_point, name))
        return pb.UnpublishFirmwareResponse(charger_status=answer.status)

    @acting
    async def GetDiagnostics(
        self, request: pb.GetDiagnosticsRequest, call: Call
    ) -> pb.GetDiagnosticsResponse:
        """Has diagnostics uploaded."""
        oldest, newest = _range(request)
        wanted = _log(request, commands.LogKind.DIAGNOSTICS, "GetDiagnostics", oldest, newest)
        log, answer = await self._transfers.upload(
            call,
            wanted,
            lambda log: commands.GetDiagnostics(
                log.uri, oldest, newest, _retries(request), log.number
            ),
        )
        return pb.GetDiagnosticsResponse(file_name=answer.file_name, charge_point_log=log.name)

    @acting
    async def GetLog(self, request: pb.GetLogRequest, call: Call) -> pb.GetLogResponse:
        """Has a log uploaded."""
        kind = commands.LogKind(request.kind)
        oldest, newest = _range(request)
        log, answer = await self._transfers.upload(
            call,
            _log(request, kind, "GetLog", oldest, newest),
            lambda log: commands.GetLog(
                log.number, kind, log.uri, oldest, newest, _retries(request)
            ),
        )
        return pb.GetLogResponse(
            charger_status=answer.status,
            file_name=answer.file_name,
            transfer_number=log.number,
            charge_point_log=log.name,
        )

    @acting
    async def ClearCache(self, request: pb.ClearCacheRequest, call: Call) -> pb.ClearCacheResponse:
        """Empties the authorization cache."""
        answer = await self._commanding.send(call, request.charge_point, commands.ClearCache())
        return pb.ClearCacheResponse(charger_status=answer.status)

    @acting
    async def GetLocalListVersion(
        self, request: pb.GetLocalListVersionRequest, call: Call
    ) -> pb.GetLocalListVersionResponse:
        """Asks for the version of the local list."""
        wanted = commands.GetLocalListVersion()
        answer = await self._commanding.send(call, request.charge_point, wanted)
        await self._lane.write(
            lambda unit: local_lists.version_told(unit, request.charge_point, answer.list_version)
        )
        return pb.GetLocalListVersionResponse(list_version=answer.list_version)

    @acting
    async def SendDataTransfer(
        self, request: pb.SendDataTransferRequest, call: Call
    ) -> pb.SendDataTransferResponse:
        """Sends a vendor's data."""
        wanted = commands.SendDataTransfer(request.vendor_id, request.message_id, request.data)
        answer = await self._commanding.send(call, request.charge_point, wanted)
        return pb.SendDataTransferResponse(charger_status=answer.status, data=answer.data)

    @acting
    async def CustomCall(self, request: pb.CustomCallRequest, call: Call) -> pb.CustomCallResponse:
        """Sends any call of the charger's version, but those that its circuit makes."""
        await self._commanding.find(call, request.charge_point)
        if request.action in managed.LIMITING:
            circuit = await self._commanding.reads.look_up(
                lambda rows: managed.circuit_of(rows, request.charge_point)
            )
            if circuit is not None:
                raise managed.refused(circuit, request.action)
        wanted = commands.CustomCall(request.action, _json_object(request.payload_json))
        answer = await self._commanding.send_to_known(call, request.charge_point, wanted)
        return pb.CustomCallResponse(payload_json=answer.data)

    @acting
    async def Disconnect(self, request: pb.DisconnectRequest, call: Call) -> pb.DisconnectResponse:
        """Closes the connection."""
        await self._commanding.find(call, request.charge_point)
        reason = request.reason or "an operator asked for it"
        if not await self._stations.disconnect(request.charge_point, reason):
            raise RefusedError(
                Outcome.UNAVAILABLE, "CHARGER_OFFLINE", f"{request.charge_point} is not connected"
            )
        return pb.DisconnectResponse()


def _log(
    request: Any,
    kind: commands.LogKind,
    command: str,
    oldest: datetime | None,
    newest: datetime | None,
) -> LogWanted:
    return LogWanted(
        request.charge_point,
        kind,
        command,
        request.uri or None,
        to_us(oldest) if oldest else None,
        to_us(newest) if newest else None,
    )


def _firmware(request: pb.UpdateFirmwareRequest) -> FirmwareWanted:
    if request.HasField("uri") == request.HasField("firmware_image"):
        raise invalid_field("firmware_image", "either it or uri must be given")
    if request.HasField("firmware_image") and request.HasField("signature"):
        raise invalid_field("signature", "is that of the firmware_image")
    wait = (_retrieve_time(request) - datetime.now(UTC)).total_seconds()
    return FirmwareWanted(
        request.charge_point,
        request.firmware_image or None,
        request.uri or None,
        max(0, int(wait)),
    )


def _update(
    request: pb.UpdateFirmwareRequest, update: Prepared
) -> commands.UpdateFirmware | commands.UpdateSignedFirmware:
    certificate, signature = update.signing_certificate, update.signature
    if request.HasField("signature"):
        certificate = request.signature.signing_certificate
        signature = request.signature.signature
    retrieve_time, retries = _retrieve_time(request), _retries(request)
    install_time = time_told(request, "install_time")
    if signature and not request.without_signature:
        return commands.UpdateSignedFirmware(
            update.number,
            update.uri,
            retrieve_time,
            install_time,
            certificate,
            signature,
            retries,
        )
    if install_time:
        raise invalid_field("install_time", "can be said of signed firmware alone")
    return commands.UpdateFirmware(update.uri, retrieve_time, retries, update.number)


def _retrieve_time(request: pb.UpdateFirmwareRequest) -> datetime:
    return time_told(request, "retrieve_time") or datetime.now(UTC)


def _range(request: Any) -> tuple[datetime | None, datetime | None]:
    oldest, newest = time_told(request, "oldest_time"), time_told(request, "newest_time")
    if oldest and newest and oldest > newest:
        raise invalid_field("newest_time", f"{newest} is before oldest_time, {oldest}")
    return oldest, newest


def _retries(request: Any) -> commands.Retries:
    told: pb.TransferRetries = request.retries
    return commands.Retries(
        told.retries if told.HasField("retries") else None,
        told.retry_interval.seconds if told.HasField("retry_interval") else None,
    )


def _json_object(text: str) -> dict[str, Any]:
    try:
        payload = json.loads(text)
    except ValueError as error:
        raise invalid_field("payload_json", f"is not JSON: {error}") from error
    if not isinstance(payload, dict):
        raise invalid_field("payload_json", "is no JSON object")
    return payload
