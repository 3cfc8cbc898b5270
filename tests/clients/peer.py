"""A gRPC server of the tests' own, which answers what it is told to answer."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, NoReturn

import grpc
from google.protobuf.any_pb2 import Any as AnyMessage
from google.protobuf.message import Message
from google.rpc.error_details_pb2 import BadRequest, ErrorInfo, RetryInfo
from google.rpc.status_pb2 import Status
from grpc_status import rpc_status

from ampline.v1.charge_point_action_pb2 import StartSessionRequest, StartSessionResponse
from ampline.v1.charge_point_action_pb2_grpc import (
    ChargePointActionServiceServicer,
    add_ChargePointActionServiceServicer_to_server,
)
from ampline.v1.event_pb2 import StreamEventsRequest, StreamEventsResponse
from ampline.v1.event_pb2_grpc import EventServiceServicer, add_EventServiceServicer_to_server
from ampline.v1.session_pb2 import ListSessionsRequest, ListSessionsResponse
from ampline.v1.session_pb2_grpc import (
    SessionServiceServicer,
    add_SessionServiceServicer_to_server,
)

Context = grpc.ServicerContext


@dataclass
class Peer:
    """What was asked, and what is answered."""

    address: str = ""
    requests: list[Any] = field(default_factory=list)
    metadata: list[dict[str, str | bytes]] = field(default_factory=list)
    seconds_left: list[float | None] = field(default_factory=list)
    times: list[float] = field(default_factory=list)
    """When each call came, by the monotonic clock."""
    answer: Callable[[Any, Context], Any] = lambda request, context: None

    def take(self, request: Any, context: Context) -> Any:
        """Notes a call and answers it."""
        self.times.append(time.monotonic())
        copy = type(request)()
        copy.CopyFrom(request)
        self.requests.append(copy)
        self.metadata.append(dict(context.invocation_metadata()))
        self.seconds_left.append(context.time_remaining())
        return self.answer(request, context)


class Sessions(SessionServiceServicer):
    def __init__(self, peer: Peer) -> None:
        self.peer = peer

    def ListSessions(self, request: ListSessionsRequest, context: Any) -> ListSessionsResponse:
        response: ListSessionsResponse = self.peer.take(request, context)
        return response


class Actions(ChargePointActionServiceServicer):
    def __init__(self, peer: Peer) -> None:
        self.peer = peer

    def StartSession(self, request: StartSessionRequest, context: Any) -> StartSessionResponse:
        response: StartSessionResponse = self.peer.take(request, context)
        return response


class Events(EventServiceServicer):
    def __init__(self, peer: Peer) -> None:
        self.peer = peer

    def StreamEvents(
        self, request: StreamEventsRequest, context: Any
    ) -> Iterator[StreamEventsResponse]:
        yield from self.peer.take(request, context)


@contextmanager
def serving() -> Iterator[Peer]:
    """A peer on a port of its own."""
    peer = Peer()
    server = grpc.server(ThreadPoolExecutor(4))
    add_SessionServiceServicer_to_server(Sessions(peer), server)  # type: ignore[abstract]
    add_ChargePointActionServiceServicer_to_server(Actions(peer), server)  # type: ignore[abstract]
    add_EventServiceServicer_to_server(Events(peer), server)  # type: ignore[abstract]
    peer.address = f"127.0.0.1:{server.add_insecure_port('127.0.0.1:0')}"
    server.start()
    try:
        yield peer
    finally:
        server.stop(None).wait()


def refuse(
    context: Context, code: grpc.StatusCode, message: str = "no", *details: Message
) -> NoReturn:
    """Ends a call with an error and its details."""
    packed = []
    for detail in details:
        packed.append(AnyMessage())
        packed[-1].Pack(detail)
    status = Status(code=code.value[0], message=message, details=packed)
    context.abort_with_status(rpc_status.to_status(status))
    raise AssertionError


def info(reason: str, **metadata: str) -> ErrorInfo:
    """The detail with the reason."""
    return ErrorInfo(reason=reason, domain="ampline", metadata=metadata)


def bad_fields(**faults: str) -> BadRequest:
    """The detail with the fields."""
    violations = [
        BadRequest.FieldViolation(field=name.replace("__", "."), description=fault)
        for name, fault in faults.items()
    ]
    return BadRequest(field_violations=violations)


def retry_in(seconds: float) -> RetryInfo:
    """The detail with the wait."""
    return RetryInfo(retry_delay=timedelta(seconds=seconds))
