"""What every call goes through, in one place.

who calls -> may they -> is the request right -> was it made before -> the handler
-> the answer, or a status with its reason -> the audit, and one line in the log
"""

import asyncio
import logging
import os
import re
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import grpc
from google.protobuf.message import Message
from google.rpc.status_pb2 import Status

from server.api import checks, failures
from server.api.answers import Once
from server.api.audit import Audit, Audited
from server.api.authentication import UNKNOWN, Authentication, Identity
from server.api.lanes import Call, Handler, Lane, lane_of
from server.api.methods import Method
from server.api.repeats import Repeats
from server.api.secret_fields import without_secrets
from server.domain.access import Caller, Permission
from server.domain.errors import Outcome, RefusedError
from server.store.lane import WriteLane
from server.store.reads import Reader, ReadPool

log = logging.getLogger("server.calls")
Context = grpc.aio.ServicerContext[Any, Any]
_CORRELATION = re.compile(r"[A-Za-z0-9_-]{8,64}")
_OK = Status()


class Envelope:
    """Wraps handlers into what gRPC calls: bytes in, bytes out."""

    def __init__(
        self, lane: WriteLane, reads: ReadPool, authentication: Authentication, audit: Audit
    ) -> None:
        self._lane = lane
        self._reads = reads
        self._authentication = authentication
        self._audit = audit
        self._repeats = Repeats(lane)

    def around(self, method: Method, handler: Handler) -> "grpc.RpcMethodHandler[Any, Any]":
        """The method as gRPC serves it. UnknownLaneError if the handler does not say its lane."""
        lane = lane_of(handler)
        if lane is Lane.STREAMING:
            return grpc.unary_stream_rpc_method_handler(self._streaming(method, handler))
        return grpc.unary_unary_rpc_method_handler(self._unary(method, self._run(lane, handler)))

    def _unary(
        self, method: Method, run: "Callable[[Message, Call, Once | None], Awaitable[bytes]]"
    ) -> Callable[[bytes, Context], Awaitable[bytes]]:
        async def answer(data: bytes, context: Context) -> bytes:
            attempt = _Attempt(method, context)
            try:
                request, call = await self._admit(attempt, data)
                once = _once(method, request, call)
                response = await run(request, call, once)
                self._close(attempt, _OK)
                return response
            except Exception as error:  # noqa: BLE001 - nothing uncaught may reach the caller
                status = failures.to_status(error, attempt.correlation)
            except asyncio.CancelledError:
                self._close(attempt, Status(code=1))
                raise
            self._close(attempt, status)
            return await _abort(context, status)

        return answer

    def _streaming(
        self, method: Method, handler: Handler
    ) -> Callable[[bytes, Context], AsyncIterator[bytes]]:
        async def answer(data: bytes, context: Context) -> AsyncIterator[bytes]:
            attempt = _Attempt(method, context)
            try:
                request, call = await self._admit(attempt, data)
                async for response in handler(request, call):
                    yield _serialized(response)
                self._close(attempt, _OK)
                return
            except Exception as error:  # noqa: BLE001 - nothing uncaught may reach the caller
                status = failures.to_status(error, attempt.correlation)
            except (asyncio.CancelledError, GeneratorExit):
                self._close(attempt, Status(code=1))
                raise
            self._close(attempt, status)
            await _abort(context, status)

        return answer

    def _run(
        self, lane: Lane, handler: Handler
    ) -> "Callable[[Message, Call, Once | None], Awaitable[bytes]]":
        reads, repeats = self._reads, self._repeats

        async def look_up(request: Message, call: Call, once: Once | None) -> bytes:
            return await reads.look_up(lambda rows: _serialized(handler(request, call, rows)))

        async def read(request: Message, call: Call, once: Once | None) -> bytes:
            return await reads.read(lambda db: _serialized(handler(request, call, Reader(db))))

        async def write(request: Message, call: Call, once: Once | None) -> bytes:
            return await repeats.write(lambda unit: _serialized(handler(request, call, unit)), once)

        async def act(request: Message, call: Call, once: Once | None) -> bytes:
            async def action() -> bytes:
                return _serialized(await handler(request, call))

            return await repeats.act(action, once)

        return {
            Lane.LOOKING_UP: look_up,
            Lane.READING: read,
            Lane.WRITING: write,
            Lane.ACTING: act,
        }[lane]

    async def _admit(self, attempt: "_Attempt", data: bytes) -> tuple[Message, Call]:
        """The request of a caller who may make it. Raises whatever stands against it."""
        permission = attempt.method.permission
        try:
            identity = await self._authentication.identify(attempt.authorization)
        except RefusedError:
            if permission is not Permission.ANYONE:
                raise
            identity = UNKNOWN
        call = attempt.open(identity)
        _require(call.caller, permission)
        request = attempt.method.parse(data)
        attempt.request = request
        checks.check_request(attempt.method, request)
        return request, call

    def _close(self, attempt: "_Attempt", status: Status) -> None:
        """Audit and log: the call is over."""
        code = failures.CODES[status.code].name
        reason = failures.reason_of(status) if status.code else ""
        call = attempt.call
        if call is not None and call.caller.principal and (attempt.method.changes or reason):
            self._audit.record(Audited(attempt.method, call, attempt.told, code, reason))
        log.info(
            "request_id=%s method=%s principal=%s status=%s reason=%s ms=%.1f",
            attempt.correlation,
            attempt.method.path,
            (call and call.caller.principal) or "-",
            code,
            reason or "-",
            (time.perf_counter() - attempt.started) * 1000,
        )


class _Attempt:
    """A call on its way: what is known of it so far."""

    __slots__ = (
        "authorization", "call", "context", "correlation", "method", "request", "started",
    )  # fmt: skip

    def __init__(self, method: Method, context: Context) -> None:
        headers: dict[str, Any] = dict(context.invocation_metadata() or ())
        told = headers.get("x-request-id", "")
        self.method = method
        self.context = context
        self.started = time.perf_counter()
        self.authorization: str = headers.get("authorization", "")
        self.correlation = told if _CORRELATION.fullmatch(told) else os.urandom(8).hex()
        self.request: Message | None = None
        self.call: Call | None = None

    @property
    def told(self) -> Message | None:
        """The request without its secrets."""
        return None if self.request is None else without_secrets(self.request)

    def open(self, identity: Identity) -> Call:
        """The call, now that its caller is known."""
        self.call = Call(
            identity.caller,
            self.correlation,
            self.context.peer(),
            identity.token_hash,
            self.context.time_remaining(),
        )
        return self.call


def _require(caller: Caller, permission: Permission) -> None:
    if caller.may(permission):
        return
    if caller.role is None:
        raise RefusedError(
            Outcome.UNAUTHENTICATED, "UNAUTHENTICATED", "send `authorization: Bearer <key>`"
        )
    raise RefusedError(
        Outcome.PERMISSION_DENIED,
        "PERMISSION_MISSING",
        f"the role {caller.role.name} lacks the permission {permission.name}",
        {"permission": permission.name, "role": caller.role.name},
    )


def _once(method: Method, request: Any, call: Call) -> Once | None:
    if not method.idempotent or not request.request_id:
        return None
    return Once.of(call.caller.principal, method.path, request.request_id, request)


def _serialized(response: Message | bytes) -> bytes:
    return response if isinstance(response, bytes) else response.SerializeToString()


async def _abort(context: Context, status: Status) -> bytes:
    details = ((failures.DETAILS, status.SerializeToString()),)
    await context.abort(failures.CODES[status.code], status.message, details)
    raise AssertionError("abort always raises")
