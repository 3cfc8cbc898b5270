"""The platform's API as the portal calls it: the only file here that knows gRPC.

    api = Platform("127.0.0.1:8082").as_caller(token)
    page = api.sessions.ListSessions(ListSessionsRequest(page_size=25))

Every call carries the operator's token and a deadline; every failure is an `ApiError`.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from threading import Lock
from typing import Any, NamedTuple

import grpc
from google.rpc import error_details_pb2, status_pb2

from ampline.v1 import (
    charge_point_action_pb2_grpc,
    charge_point_pb2_grpc,
    event_pb2,
    event_pb2_grpc,
    evse_pb2_grpc,
    id_tag_pb2_grpc,
    location_pb2_grpc,
    network_summary_pb2_grpc,
    ocpp_message_pb2_grpc,
    price_preview_pb2_grpc,
    session_pb2_grpc,
    sign_in_pb2_grpc,
    tariff_group_pb2_grpc,
    tariff_pb2_grpc,
    transaction_pb2_grpc,
    user_pb2_grpc,
)

DEADLINE_SECONDS = 10.0
# An action answers when the charger has: the server waits up to 30 s for it.
ACTION_DEADLINE_SECONDS = 35.0
STATUS_DETAILS = "grpc-status-details-bin"
MEBIBYTE = 1024 * 1024


@dataclass
class ApiError(Exception):
    """A call that failed, in the API's own words."""

    code: str
    """Name of the gRPC status, such as `NOT_FOUND`."""
    message: str
    """What the API says of it."""
    reason: str = ""
    """Name of the `ErrorReason`, such as `CHARGER_OFFLINE`; empty if the API gave none."""
    metadata: dict[str, str] = field(default_factory=dict)
    """What belongs to the reason."""
    violations: list[tuple[str, str]] = field(default_factory=list)
    """The path and the fault of each field that is wrong."""

    def __str__(self) -> str:
        return f"{self.code} {self.reason}: {self.message}"


class Api:
    """The services of the platform, as the holder of one token may use them."""

    def __init__(self, channel: grpc.Channel, token: str = "") -> None:
        called = grpc.intercept_channel(channel, _Envelope(token))
        self.actions = charge_point_action_pb2_grpc.ChargePointActionServiceStub(called)
        self.charge_points = charge_point_pb2_grpc.ChargePointServiceStub(called)
        self.evses = evse_pb2_grpc.EvseServiceStub(called)
        self.events = event_pb2_grpc.EventServiceStub(called)
        self.id_tags = id_tag_pb2_grpc.IdTagServiceStub(called)
        self.locations = location_pb2_grpc.LocationServiceStub(called)
        self.network = network_summary_pb2_grpc.NetworkSummaryServiceStub(called)
        self.messages = ocpp_message_pb2_grpc.OcppMessageServiceStub(called)
        self.prices = price_preview_pb2_grpc.PricePreviewServiceStub(called)
        self.sessions = session_pb2_grpc.SessionServiceStub(called)
        self.sign_in = sign_in_pb2_grpc.SignInServiceStub(called)
        self.tariff_groups = tariff_group_pb2_grpc.TariffGroupServiceStub(called)
        self.tariffs = tariff_pb2_grpc.TariffServiceStub(called)
        self.transactions = transaction_pb2_grpc.TransactionServiceStub(called)
        self.users = user_pb2_grpc.UserServiceStub(called)

    def stream_events(self, request: event_pb2.StreamEventsRequest) -> "EventStream":
        """Follows the events, until the stream ends or is closed."""
        return EventStream(self.events.StreamEvents(request))


class EventStream:
    """One running StreamEvents call."""

    def __init__(self, call: Any) -> None:
        self._call = call

    def __iter__(self) -> Iterator[event_pb2.StreamEventsResponse]:
        try:
            yield from self._call
        except grpc.RpcError as error:
            if error.code() is not grpc.StatusCode.CANCELLED:
                raise api_error(error) from None

    def close(self) -> None:
        """Ends the call; whoever iterates is woken. From any thread."""
        self._call.cancel()


class Platform:
    """The server behind an address. The channel is made at the first call: after every fork."""

    def __init__(self, address: str) -> None:
        self._address = address
        self._channel: grpc.Channel | None = None
        self._lock = Lock()

    def as_caller(self, token: str) -> Api:
        """The API as the holder of `token` may use it; without one, what anybody may."""
        with self._lock:
            self._channel = self._channel or open_channel(self._address)
        return Api(self._channel, token)


def open_channel(address: str) -> grpc.Channel:
    """A channel to the server; it connects when first used."""
    options = [
        ("grpc.keepalive_time_ms", 30_000),
        ("grpc.max_receive_message_length", 16 * MEBIBYTE),
        ("grpc.initial_reconnect_backoff_ms", 200),
        ("grpc.max_reconnect_backoff_ms", 2_000),
    ]
    return grpc.insecure_channel(address, options)


class _CallDetails(NamedTuple):
    """What grpc wants to know of a call; its own class of that name is abstract."""

    method: str
    timeout: float | None
    metadata: Sequence[tuple[str, str]]
    credentials: grpc.CallCredentials | None
    wait_for_ready: bool | None
    compression: grpc.Compression | None


class _Envelope(grpc.UnaryUnaryClientInterceptor, grpc.UnaryStreamClientInterceptor):  # type: ignore[misc]
    """Puts the token and a deadline to every call, and turns its failure into an `ApiError`."""

    def __init__(self, token: str) -> None:
        self._metadata = [("authorization", f"Bearer {token}")] if token else []

    def intercept_unary_unary(
        self, continuation: Callable[[Any, Any], Any], details: Any, request: Any
    ) -> Any:
        call = continuation(self._addressed(details, deadline_of(details)), request)
        error = call.exception()
        if error is not None:
            raise api_error(error) from None
        return call

    def intercept_unary_stream(
        self, continuation: Callable[[Any, Any], Any], details: Any, request: Any
    ) -> Any:
        return continuation(self._addressed(details, None), request)

    def _addressed(self, details: Any, deadline: float | None) -> _CallDetails:
        return _CallDetails(
            details.method,
            deadline,
            [*(details.metadata or ()), *self._metadata],
            details.credentials,
            details.wait_for_ready,
            details.compression,
        )


def deadline_of(details: Any) -> float:
    """Seconds that a call may take: its own, else the usual ones of its kind."""
    if details.timeout is not None:
        return float(details.timeout)
    waits_for_charger = "ActionService/" in details.method or details.method.endswith("StopSession")
    return ACTION_DEADLINE_SECONDS if waits_for_charger else DEADLINE_SECONDS


def api_error(error: grpc.RpcError) -> ApiError:
    """What the status of a failed call says."""
    told = ApiError(error.code().name, error.details() or "")
    for key, value in error.trailing_metadata() or ():
        if key == STATUS_DETAILS:
            read_details(status_pb2.Status.FromString(value), told)
    return told


def read_details(status: status_pb2.Status, told: ApiError) -> None:
    """Adds the reason and the faulty fields of a rich status."""
    for detail in status.details:
        info, fields = error_details_pb2.ErrorInfo(), error_details_pb2.BadRequest()
        if detail.Unpack(info):
            told.reason, told.metadata = info.reason, dict(info.metadata)
        elif detail.Unpack(fields):
            told.violations += [
                (fault.field, fault.description) for fault in fields.field_violations
            ]
