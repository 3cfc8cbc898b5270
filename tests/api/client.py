"""A small client for tests: one channel, one key, refusals in full."""

import importlib
from typing import Any, NamedTuple

import grpc
from google.rpc import status_pb2
from google.rpc.error_details_pb2 import BadRequest, ErrorInfo

_SERVICES = {
    "audit": ("audit_entry", "AuditService"),
    "actions": ("charge_point_action", "ChargePointActionService"),
    "profile_actions": ("charging_profile_action", "ChargingProfileActionService"),
    "charge_point_security": ("charge_point_security", "ChargePointSecurityService"),
    "maintenance": ("charge_point_maintenance", "ChargePointMaintenanceService"),
    "messages": ("ocpp_message", "OcppMessageService"),
    "monitor_actions": ("variable_monitor_action", "VariableMonitorActionService"),
    "status_log": ("status_log", "StatusLogService"),
    "price_preview": ("price_preview", "PricePreviewService"),
    "network": ("network_summary", "NetworkSummaryService"),
    "sign_in": ("sign_in", "SignInService"),
    "webhook_deliveries": ("webhook_delivery", "WebhookDeliveryService"),
}
"""Those that are called otherwise than the plural of their noun."""


class Refusal(NamedTuple):
    """What an error says of itself."""

    code: grpc.StatusCode
    reason: str
    message: str
    metadata: dict[str, str]
    fields: dict[str, str]


class Client:
    """Stubs of every service, as attributes; every call bears the key."""

    def __init__(self, address: str, key: str) -> None:
        self._headers = (("authorization", f"Bearer {key}"),) if key else ()
        self.channel = grpc.aio.insecure_channel(address)

    def __getattr__(self, name: str) -> Any:
        file, service = _SERVICES.get(name) or _named_after(name.removesuffix("s"))
        module = importlib.import_module(f"ampline.v1.{file}_pb2_grpc")
        return _Stub(getattr(module, f"{service}Stub")(self.channel), self._headers)

    async def close(self) -> None:
        """Closes the channel."""
        await self.channel.close()


def _named_after(noun: str) -> tuple[str, str]:
    """The proto and the service of a noun: `id_tag` and `IdTagService`."""
    return noun, "".join(word.capitalize() for word in noun.split("_")) + "Service"


class _Stub:
    """A stub that adds the headers."""

    def __init__(self, stub: Any, headers: Any) -> None:
        self._stub = stub
        self._headers = headers

    def __getattr__(self, method: str) -> Any:
        call = getattr(self._stub, method)

        def send(request: Any, timeout: float = 20, **options: Any) -> Any:
            metadata = (*self._headers, *options.pop("metadata", ()))
            return call(request, timeout=timeout, metadata=metadata, **options)

        return send


async def refused(call: Any) -> Refusal:
    """The refusal of a call that must be refused."""
    try:
        answer = await call
    except grpc.aio.AioRpcError as error:
        return refusal_of(error)
    raise AssertionError(f"not refused, but answered: {answer}")


def refusal_of(error: grpc.aio.AioRpcError) -> Refusal:
    """What an error says."""
    status, info, faults = status_pb2.Status(), ErrorInfo(), BadRequest()
    for key, value in error.trailing_metadata() or ():
        if key == "grpc-status-details-bin":
            status.ParseFromString(value)  # type: ignore[arg-type]
    for detail in status.details:
        detail.Unpack(info)
        detail.Unpack(faults)
    fields = {fault.field: fault.description for fault in faults.field_violations}
    message = error.details() or ""
    return Refusal(error.code(), info.reason, message, dict(info.metadata), fields)
