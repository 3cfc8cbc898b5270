"""Which calls are made again, when, and how often."""

import random
from dataclasses import dataclass
from functools import cache
from typing import Any, Final, cast
from uuid import uuid4

import grpc
from google.api.annotations_pb2 import http
from google.protobuf.descriptor_pool import Default
from google.protobuf.message import Message

from ampline.errors import AmplineError

CHARGER_OFFLINE: Final = "CHARGER_OFFLINE"
"""UNAVAILABLE is the charger here, not the server: asking again at once changes nothing."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How often a call is made, and how long it is waited in between."""

    attempts: int = 7
    first_pause: float = 0.1
    """Seconds before the second attempt, at most; doubled for each further one."""
    longest_pause: float = 5.0
    """Seconds."""

    def pause(self, attempt: int) -> float:
        """Seconds to wait after so many attempts: random, so that clients do not come in step."""
        most = min(self.longest_pause, self.first_pause * 2 ** (attempt - 1))
        return random.uniform(most / 2, most)  # noqa: S311 - no secret


def pause_before_retry(
    error: AmplineError, attempt: int, patience: Patience, *, harmless: bool
) -> float | None:
    """Seconds to wait before a call is made again; None if it is not to be."""
    if not harmless or not passing(error) or attempt >= patience.attempts:
        return None
    return max(patience.pause(attempt), error.retry_after or 0)


def passing(error: AmplineError) -> bool:
    """Whether the error may be gone soon."""
    if error.reason == CHARGER_OFFLINE:
        return False
    if error.status is grpc.StatusCode.RESOURCE_EXHAUSTED:
        return error.retry_after is not None
    return error.status is grpc.StatusCode.UNAVAILABLE


def is_harmless(method: str, request: Message) -> bool:
    """Whether a call can be repeated: it only reads, or the server knows its request_id."""
    return only_reads(method) or bool(getattr(request, "request_id", ""))


@cache
def only_reads(method: str) -> bool:
    """Whether a method, `/ampline.v1.SessionService/GetSession`, is a GET of the REST API."""
    try:
        described = Default().FindMethodByName(method.strip("/").replace("/", "."))
    except KeyError:
        return False
    options: Any = described.GetOptions()
    return bool(options.Extensions[http].WhichOneof("pattern") == "get")


def with_request_id(request: Message) -> Message:
    """The request, with a new request_id if it takes one and has none."""
    if getattr(request, "request_id", None) != "":
        return request
    copy: Any = type(request)()
    copy.CopyFrom(request)
    copy.request_id = str(uuid4())
    return cast(Message, copy)
