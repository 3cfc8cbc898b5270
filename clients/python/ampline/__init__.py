"""The Python client of Ampline.

    from ampline import Client, NotFound
    from ampline.v1.session_pb2 import ListSessionsRequest, Session

    with Client("localhost:8080", key="…") as client:
        request = ListSessionsRequest(state=Session.ACTIVE)
        for session in client.list(client.sessions.ListSessions, request):
            print(session.name, session.energy_wh)

        for event in client.events(types=["session.*"]):
            print(event.time.ToDatetime(), event.type, event.subject)

`client.sessions`, `client.charge_points`, … are the services, one for each of `ampline.v1`, with
their methods as the .proto files name and describe them.
"""

from ampline.client import Client
from ampline.errors import (
    Aborted,
    AlreadyExists,
    AmplineError,
    Cancelled,
    DeadlineExceeded,
    FailedPrecondition,
    FieldViolation,
    Internal,
    InvalidArgument,
    NotFound,
    OutOfRange,
    PermissionDenied,
    ResourceExhausted,
    Unauthenticated,
    Unavailable,
    Unimplemented,
    Unknown,
)
from ampline.events import EventStream
from ampline.retries import Patience

__all__ = [
    "Aborted",
    "AlreadyExists",
    "AmplineError",
    "Cancelled",
    "Client",
    "DeadlineExceeded",
    "EventStream",
    "FailedPrecondition",
    "FieldViolation",
    "Internal",
    "InvalidArgument",
    "NotFound",
    "OutOfRange",
    "Patience",
    "PermissionDenied",
    "ResourceExhausted",
    "Unauthenticated",
    "Unavailable",
    "Unimplemented",
    "Unknown",
]
