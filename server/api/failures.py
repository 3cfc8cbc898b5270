"""What goes wrong, as a status that a program can read: code, reason, faulty fields.

Only what was meant for the caller reaches the caller. Everything else is INTERNAL,
with the name under which the log has it.
"""

import logging

import grpc
from google.protobuf.any_pb2 import Any as AnyMessage
from google.protobuf.message import DecodeError, Message
from google.rpc.error_details_pb2 import BadRequest, ErrorInfo, RetryInfo
from google.rpc.status_pb2 import Status

from server.domain.errors import Outcome, RefusedError
from server.store.database import DatabaseLostError
from server.store.lane import LaneClosedError

log = logging.getLogger(__name__)
DOMAIN = "ampline"
RETRY_SECONDS = "retry_seconds"
"""Among a refusal's metadata: how long to wait, which goes out as google.rpc.RetryInfo too."""
DETAILS = "grpc-status-details-bin"
CODES: dict[int, grpc.StatusCode] = {code.value[0]: code for code in grpc.StatusCode}
_SHUTTING_DOWN = RefusedError(
    Outcome.UNAVAILABLE, "SHUTTING_DOWN", "the server is stopping; call again"
)
_DATABASE_UNAVAILABLE = RefusedError(
    Outcome.UNAVAILABLE,
    "DATABASE_UNAVAILABLE",
    "the database cannot be reached; call again, with the same request_id",
)
_UNREADABLE = RefusedError(
    Outcome.INVALID_ARGUMENT, "INVALID_FIELD", "the request is not a message of the method's type"
)


class StatusError(Exception):
    """An answer that is a status already: the first refusal, repeated."""

    def __init__(self, status: Status) -> None:
        super().__init__(status.message)
        self.status = status


def to_status(error: Exception, correlation: str) -> Status:
    """The status to answer with; an error that nobody meant for the caller goes into the log."""
    if isinstance(error, StatusError):
        return error.status
    if isinstance(error, LaneClosedError):
        return refusal(_SHUTTING_DOWN)
    if isinstance(error, DatabaseLostError):
        log.warning("request_id=%s failed: %s", correlation, error)
        return refusal(_DATABASE_UNAVAILABLE)
    if isinstance(error, DecodeError):
        return refusal(_UNREADABLE)
    if isinstance(error, RefusedError):
        return refusal(error)
    log.error("request_id=%s failed", correlation, exc_info=error)
    return _internal(correlation)


def refusal(error: RefusedError) -> Status:
    """The status of a refusal: google.rpc.ErrorInfo, and BadRequest where fields are at fault."""
    code: int = grpc.StatusCode[error.outcome.name].value[0]
    details: list[Message] = [
        ErrorInfo(reason=error.reason, domain=DOMAIN, metadata=error.metadata)
    ]
    if error.violations:
        details.append(BadRequest(field_violations=_violations(error.violations)))
    if RETRY_SECONDS in error.metadata:
        wait = RetryInfo()
        wait.retry_delay.FromSeconds(int(error.metadata[RETRY_SECONDS]))
        details.append(wait)
    return Status(code=code, message=error.message, details=[_packed(each) for each in details])


def reason_of(status: Status) -> str:
    """The reason of the status' ErrorInfo; empty if it has none."""
    info = ErrorInfo()
    return next((info.reason for detail in status.details if detail.Unpack(info)), "")


def _internal(correlation: str) -> Status:
    info = ErrorInfo(reason="INTERNAL_ERROR", domain=DOMAIN, metadata={"request_id": correlation})
    code: int = grpc.StatusCode.INTERNAL.value[0]
    message = f"a fault of ours; the log has it under {correlation}"
    return Status(code=code, message=message, details=[_packed(info)])


def _violations(faults: dict[str, str]) -> list[BadRequest.FieldViolation]:
    return [
        BadRequest.FieldViolation(field=field, description=problem)
        for field, problem in faults.items()
    ]


def _packed(message: Message) -> AnyMessage:
    packed = AnyMessage()
    packed.Pack(message)
    return packed
