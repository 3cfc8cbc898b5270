"""What goes wrong, as a status that a program can read: code, reason, faulty fields.

Only what was meant for the caller reaches the caller. Everything else is INTERNAL,
with the name under which the log has it.
"""

import logging
from collections.abc import Iterator

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
_LONGEST = 300
"""Characters of one text in an answer. A status travels in headers, of which clients take 8 KiB,
and what was sent may be of any length."""
_ROOM_FOR_MESSAGE = 1_500
_ROOM_FOR_FAULTS = 2_000
"""Bytes: of the message as a header has it, and of all faulty fields together."""
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
    metadata = {name: _short(text) for name, text in error.metadata.items()}
    details: list[Message] = [ErrorInfo(reason=error.reason, domain=DOMAIN, metadata=metadata)]
    if error.violations:
        details.append(BadRequest(field_violations=_violations(error.violations)))
    if RETRY_SECONDS in error.metadata:
        wait = RetryInfo()
        wait.retry_delay.FromSeconds(int(error.metadata[RETRY_SECONDS]))
        details.append(wait)
    message = _cut(error.message)
    return Status(code=code, message=message, details=[_packed(each) for each in details])


def reason_of(status: Status) -> str:
    """The reason of the status' ErrorInfo; empty if it has none."""
    info = ErrorInfo()
    return next((info.reason for detail in status.details if detail.Unpack(info)), "")


def _internal(correlation: str) -> Status:
    info = ErrorInfo(reason="INTERNAL_ERROR", domain=DOMAIN, metadata={"request_id": correlation})
    code: int = grpc.StatusCode.INTERNAL.value[0]
    message = f"a fault of ours; the log has it under {correlation}"
    return Status(code=code, message=message, details=[_packed(info)])


def _violations(faults: dict[str, str]) -> Iterator[BadRequest.FieldViolation]:
    """Those for which there is room, and the first in any case."""
    room = _ROOM_FOR_FAULTS
    for field, problem in faults.items():
        violation = BadRequest.FieldViolation(field=_short(field), description=_short(problem))
        size = violation.ByteSize()
        if size > room < _ROOM_FOR_FAULTS:
            return
        room -= size
        yield violation


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def _cut(text: str) -> str:
    """What of a message there is room for; a byte that is no ASCII is three in a header (`%C3`)."""
    room = _ROOM_FOR_MESSAGE
    for place, letter in enumerate(text):
        room -= 1 if letter.isascii() else 3 * len(letter.encode())
        if room < 0:
            return f"{text[:place]}…"
    return text


def _packed(message: Message) -> AnyMessage:
    packed = AnyMessage()
    packed.Pack(message)
    return packed
