"""What keeps a charger well: firmware, logs, its vendor's own messages."""

import json
import secrets
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from ampline.v1 import charge_point_maintenance_pb2 as pb
from ampline.v1.charge_point_maintenance_pb2_grpc import ChargePointMaintenanceServiceServicer
from server.api.lanes import Call, acting
from server.api.services.commands import Commanding, time_told
from server.domain import commands
from server.domain.errors import Outcome, RefusedError, invalid_field
from server.store.clock import to_us
from server.store.lane import WriteLane
from server.work.ports import Stations
from server.work.rules import Rules
from server.work.stations import logs
from server.work.stations.logs import LogWanted

_MOST_NUMBERS = 2**31 - 1


class ChargePointMaintenanceService(ChargePointMaintenanceServiceServicer):
    """Maintains chargers."""

    def __init__(
        self, lane: WriteLane, commanding: Commanding, stations: Stations, rules: Rules
    ) -> None:
        self._lane = lane
        self._commanding = commanding
        self._stations = stations
        self._rules = rules

    @acting
    async def UpdateFirmware(
        self, request: pb.UpdateFirmwareRequest, call: Call
    ) -> pb.UpdateFirmwareResponse:
        """Has firmware fetched and installed."""
        wanted = _signed(request) if request.HasField("signature") else _unsigned(request)
        answer = await self._commanding.send(call, request.charge_point, wanted)
        number = getattr(wanted, "number", 0)
        return pb.UpdateFirmwareResponse(charger_status=answer.status, transfer_number=number)

    @acting
    async def GetDiagnostics(
        self, request: pb.GetDiagnosticsRequest, call: Call
    ) -> pb.GetDiagnosticsResponse:
        """Has diagnostics uploaded."""
        oldest, newest = _range(request)
        wanted = _log(request, commands.LogKind.DIAGNOSTICS, "GetDiagnostics", oldest, newest)
        log, answer = await self._have_uploaded(
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
        log, answer = await self._have_uploaded(
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

    async def _have_uploaded(
        self, call: Call, wanted: LogWanted, say: Callable[[logs.Prepared], commands.Command]
    ) -> tuple[logs.Prepared, commands.CommandAnswer]:
        """Makes the log first, for the charger may be quick; it is no log if the charger is not
        told, or refuses."""
        await self._commanding.find(call, wanted.charge_point)
        log = await self._lane.write(lambda unit: logs.prepare(unit, self._rules, wanted))
        try:
            answer = await self._commanding.send_to_known(call, wanted.charge_point, say(log))
        except RefusedError as error:
            if error.metadata.get("sent") != "true":
                await self._lane.write(lambda unit: logs.refused(unit, log.name))
            raise
        await self._lane.write(
            lambda unit: logs.accepted(
                unit,
                log.name,
                answer.status,
                answer.file_name,
                may_be_empty=wanted.command == "GetDiagnostics" and not answer.status,
            )
        )
        return log, answer

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
        """Sends any call of the charger's version."""
        wanted = commands.CustomCall(request.action, _json_object(request.payload_json))
        answer = await self._commanding.send(call, request.charge_point, wanted)
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


def _unsigned(request: pb.UpdateFirmwareRequest) -> commands.UpdateFirmware:
    if request.HasField("install_time"):
        raise invalid_field("install_time", "can be said of signed firmware alone")
    return commands.UpdateFirmware(request.uri, _retrieve_time(request), _retries(request))


def _signed(request: pb.UpdateFirmwareRequest) -> commands.UpdateSignedFirmware:
    return commands.UpdateSignedFirmware(
        _number(),
        request.uri,
        _retrieve_time(request),
        time_told(request, "install_time"),
        request.signature.signing_certificate,
        request.signature.signature,
        _retries(request),
    )


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


def _number() -> int:
    """What the charger's notifications of a transfer bear: one that no other has, most likely."""
    return 1 + secrets.randbelow(_MOST_NUMBERS)


def _json_object(text: str) -> dict[str, Any]:
    try:
        payload = json.loads(text)
    except ValueError as error:
        raise invalid_field("payload_json", f"is not JSON: {error}") from error
    if not isinstance(payload, dict):
        raise invalid_field("payload_json", "is no JSON object")
    return payload
