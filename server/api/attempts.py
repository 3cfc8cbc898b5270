"""A call on its way through the envelope: what is known of it so far, and whether it may go on."""

import itertools
import os
import re
import time
from collections.abc import Collection
from typing import Any

import grpc
from google.protobuf.message import Message
from google.rpc.status_pb2 import Status

from server.api import failures
from server.api.authentication import Identity
from server.api.lanes import Call
from server.api.methods import Method
from server.api.rate_limits import Allowance
from server.domain.access import Caller, Permission
from server.domain.addresses import host_of, remote_address
from server.domain.errors import Outcome, RefusedError

Context = grpc.aio.ServicerContext[Any, Any]
_TRANSCODED = "x-envoy-original-path"
"""The header by which Envoy's transcoder says what an HTTP request was for."""
_CORRELATION = re.compile(r"[A-Za-z0-9_-]{8,64}")
_PROCESS, _numbers = os.urandom(4).hex(), itertools.count(1)


class Attempt:
    """A call on its way: what is known of it so far."""

    __slots__ = (
        "address", "allowance", "authorization", "begun", "call", "context", "correlation", "data",
        "is_rest", "method", "request", "started",
    )  # fmt: skip

    def __init__(self, method: Method, context: Context, trusted_proxies: Collection[str]) -> None:
        headers: dict[str, Any] = dict(context.invocation_metadata() or ())
        told = headers.get("x-request-id", "")
        self.method = method
        self.context = context
        self.started = time.perf_counter()
        self.is_rest = _TRANSCODED in headers
        self.authorization: str = headers.get("authorization", "")
        self.correlation = told if _CORRELATION.fullmatch(told) else _new_correlation()
        forwarded = headers.get("x-forwarded-for")
        peer = host_of(context.peer())
        self.address = remote_address(peer, (forwarded,) if forwarded else (), trusted_proxies)
        self.data = b""
        self.request: Message | None = None
        self.call: Call | None = None
        self.allowance: Allowance | None = None
        self.begun = False

    def open(self, identity: Identity) -> Call:
        """The call, now that its caller is known."""
        self.call = Call(
            identity.caller,
            self.correlation,
            self.address,
            identity.token_hash,
            self.context.time_remaining(),
        )
        return self.call

    def read(self, data: bytes) -> Any:
        """The request. DecodeError if it is none of the method's."""
        self.request = self.method.parse(data)
        return self.request

    def count(self, allowance: Allowance | None) -> None:
        """Counts the call. TOO_MANY_REQUESTS if it is one too many."""
        self.allowance = allowance
        if allowance is not None:
            allowance.require()

    async def begin_answer(self) -> None:
        """Tells with the answer what the caller may still do: in headers where it is to become an
        HTTP response, else in the trailers, which cost nothing. A refusal has it in its trailers
        always: only what is all trailers can become a response with a status of its own."""
        if self.allowance is None or self.begun:
            return
        self.begun = True
        if self.is_rest:
            await self.context.send_initial_metadata(self.allowance.headers())
        else:
            self.context.set_trailing_metadata(self.allowance.headers())

    async def refuse(self, status: Status) -> bytes:
        """Ends the call with the status."""
        allowed = self.allowance.headers() if self.allowance is not None else ()
        details: tuple[str, str | bytes] = (failures.DETAILS, status.SerializeToString())
        await self.context.abort(failures.CODES[status.code], status.message, (details, *allowed))
        raise AssertionError("abort always raises")


def _new_correlation() -> str:
    """A name for a call that has none: unlike any other, which is all it has to be."""
    return f"{_PROCESS}{next(_numbers):08x}"


def require(caller: Caller, permission: Permission) -> None:
    """UNAUTHENTICATED or PERMISSION_DENIED of a caller who is not permitted."""
    if caller.may(permission):
        return
    if caller.role is None:
        raise RefusedError(
            Outcome.UNAUTHENTICATED, "UNAUTHENTICATED", "send `authorization: Bearer <key>`"
        )
    raise RefusedError(
        Outcome.PERMISSION_DENIED,
        "PERMISSION_MISSING",
        f"the caller, {caller.role.name}, lacks the permission {permission.name}",
        {"permission": permission.name, "role": caller.role.name},
    )
