"""What goes wrong, as exceptions: one class a gRPC status, each with the server's reason."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar

import grpc
from google.protobuf.any_pb2 import Any as AnyMessage
from google.protobuf.message import Message
from google.rpc.error_details_pb2 import BadRequest, ErrorInfo, RetryInfo
from google.rpc.status_pb2 import Status
from grpc_status import rpc_status

Detail = TypeVar("Detail", bound=Message)


@dataclass(frozen=True, slots=True)
class FieldViolation:
    """A field of the request that is wrong."""

    field: str
    """Its path, such as `location.display_name`."""
    description: str
    """What is wrong with it."""


class AmplineError(Exception):
    """A call failed."""

    def __init__(
        self,
        status: grpc.StatusCode,
        message: str,
        *,
        reason: str = "",
        metadata: Mapping[str, str] | None = None,
        field_violations: Iterable[FieldViolation] = (),
        retry_after: float | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.reason = reason
        """A name of `ampline.v1.ErrorReason`, such as `CHARGER_OFFLINE`; empty without one."""
        self.metadata = dict(metadata or {})
        """What the reason tells more, under the keys that error.proto names."""
        self.field_violations = tuple(field_violations)
        self.retry_after = retry_after
        """Seconds that the server asks to wait before the call is made again, if it does."""

    def __str__(self) -> str:
        told = f"{self.message} [{self.reason or self.status.name}]"
        faults = "; ".join(f"{one.field}: {one.description}" for one in self.field_violations)
        return f"{told} ({faults})" if faults else told


class Cancelled(AmplineError):
    """The call was cancelled."""


class Unknown(AmplineError):
    """The server does not know what went wrong."""


class InvalidArgument(AmplineError):
    """The request is wrong; `field_violations` says where."""


class DeadlineExceeded(AmplineError):
    """No answer in time: whether the call took effect is not known."""


class NotFound(AmplineError):
    """There is no such resource, or none that the key may see."""


class AlreadyExists(AmplineError):
    """The id, or a unique field, is taken."""


class PermissionDenied(AmplineError):
    """The key may not do this."""


class ResourceExhausted(AmplineError):
    """Too much, or too fast."""


class FailedPrecondition(AmplineError):
    """Not in the present state of things: a charger or a rule refused."""


class Aborted(AmplineError):
    """Somebody else changed the resource meanwhile: read it again."""


class OutOfRange(AmplineError):
    """The cursor is older than what is kept."""


class Unimplemented(AmplineError):
    """The server has no such method."""


class Internal(AmplineError):
    """A fault of the server."""


class Unavailable(AmplineError):
    """The server, or the charger, cannot be reached."""


class Unauthenticated(AmplineError):
    """No key, or one that does not count."""


CLASSES: dict[grpc.StatusCode, type[AmplineError]] = {
    grpc.StatusCode.CANCELLED: Cancelled,
    grpc.StatusCode.UNKNOWN: Unknown,
    grpc.StatusCode.INVALID_ARGUMENT: InvalidArgument,
    grpc.StatusCode.DEADLINE_EXCEEDED: DeadlineExceeded,
    grpc.StatusCode.NOT_FOUND: NotFound,
    grpc.StatusCode.ALREADY_EXISTS: AlreadyExists,
    grpc.StatusCode.PERMISSION_DENIED: PermissionDenied,
    grpc.StatusCode.RESOURCE_EXHAUSTED: ResourceExhausted,
    grpc.StatusCode.FAILED_PRECONDITION: FailedPrecondition,
    grpc.StatusCode.ABORTED: Aborted,
    grpc.StatusCode.OUT_OF_RANGE: OutOfRange,
    grpc.StatusCode.UNIMPLEMENTED: Unimplemented,
    grpc.StatusCode.INTERNAL: Internal,
    grpc.StatusCode.UNAVAILABLE: Unavailable,
    grpc.StatusCode.UNAUTHENTICATED: Unauthenticated,
}


def from_rpc(error: grpc.RpcError) -> AmplineError:
    """The exception for an error of a call, with what its details tell."""
    if not isinstance(error, grpc.Call):
        return Unknown(grpc.StatusCode.UNKNOWN, str(error))
    code, message = error.code(), error.details() or ""
    details = details_of(error)
    info = first(details, ErrorInfo)
    wait = first(details, RetryInfo)
    return CLASSES.get(code, AmplineError)(
        code,
        message,
        reason=info.reason if info else "",
        metadata=info.metadata if info else {},
        field_violations=violations(first(details, BadRequest)),
        retry_after=wait.retry_delay.ToTimedelta().total_seconds() if wait else None,
    )


def details_of(error: grpc.Call) -> list[AnyMessage]:
    """The details of the error's google.rpc.Status; none where it has none, or a garbled one."""
    try:
        status: Status | None = rpc_status.from_call(error)
    except ValueError:
        return []
    return list(status.details) if status else []


def first(details: list[AnyMessage], kind: type[Detail]) -> Detail | None:
    """The first detail of a kind."""
    for detail in details:
        found = kind()
        if detail.Unpack(found):
            return found
    return None


def violations(request: BadRequest | None) -> list[FieldViolation]:
    """The fields that are wrong."""
    faults = request.field_violations if request else ()
    return [FieldViolation(one.field, one.description) for one in faults]
