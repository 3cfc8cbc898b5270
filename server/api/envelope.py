"""What every call goes through, in one place.

who calls -> may they -> is the request right -> was it made before -> the handler
-> the answer, or a status with its reason -> the audit, and one line in the log
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Collection
from typing import Any

import grpc
from google.protobuf.message import DecodeError, Message
from google.rpc.status_pb2 import Status

from server.api import checks, failures
from server.api.answers import Once
from server.api.attempts import Attempt, Context, require
from server.api.audit import Audit
from server.api.audit_entries import audited, keep
from server.api.authentication import UNKNOWN, Authentication, Identity
from server.api.call_log import CallLog
from server.api.lanes import Call, Handler, Lane, lane_of
from server.api.methods import Method
from server.api.rate_limits import RateLimits
from server.api.repeats import Repeats
from server.domain.access import Permission
from server.domain.errors import Outcome, RefusedError
from server.store.lane import WriteLane
from server.store.reads import Reader, ReadPool
from server.store.unit import Unit
from server.work.gone import Gone

_OK = Status()
_CANCELLED = 1


class Envelope:
    """Wraps handlers into what gRPC calls: bytes in, bytes out."""

    def __init__(
        self,
        lane: WriteLane,
        reads: ReadPool,
        authentication: Authentication,
        audit: Audit,
        log: CallLog,
        limits: RateLimits,
        trusted_proxies: Collection[str],
    ) -> None:
        self._lane = lane
        self._reads = reads
        self._authentication = authentication
        self._audit = audit
        self._log = log
        self._limits = limits
        self._trusted_proxies = trusted_proxies
        self._repeats = Repeats(lane)

    def around(self, method: Method, handler: Handler) -> "grpc.RpcMethodHandler[Any, Any]":
        """The method as gRPC serves it. UnknownLaneError if the handler does not say its lane."""
        lane = lane_of(handler)
        if lane is Lane.STREAMING:
            return grpc.unary_stream_rpc_method_handler(self._streaming(method, handler))
        return grpc.unary_unary_rpc_method_handler(
            self._unary(method, self._run(lane, method, handler))
        )

    def _unary(
        self, method: Method, run: "Callable[[Message, Call, Once | None], Awaitable[bytes]]"
    ) -> Callable[[bytes, Context], Awaitable[bytes]]:
        async def answer(data: bytes, context: Context) -> bytes:
            attempt = Attempt(method, context, self._trusted_proxies)
            try:
                request, call = await self._admit(attempt, data)
                once = _once(method, request, call)
                response = await run(request, call, once)
                await attempt.begin_answer()
                self._close(attempt, _OK)
                return response
            except Exception as error:  # noqa: BLE001 - nothing uncaught may reach the caller
                status = failures.to_status(error, attempt.correlation)
            except asyncio.CancelledError:
                self._close(attempt, Status(code=_CANCELLED))
                raise
            self._close(attempt, status)
            return await attempt.refuse(status)

        return answer

    def _streaming(
        self, method: Method, handler: Handler
    ) -> Callable[[bytes, Context], AsyncIterator[bytes]]:
        async def answer(data: bytes, context: Context) -> AsyncIterator[bytes]:
            attempt = Attempt(method, context, self._trusted_proxies)
            try:
                request, call = await self._admit(attempt, data)
                async for response in handler(request, call):
                    await self._require_same(call, method)
                    await attempt.begin_answer()
                    yield _serialized(response)
                self._close(attempt, _OK)
                return
            except Exception as error:  # noqa: BLE001 - nothing uncaught may reach the caller
                status = failures.to_status(error, attempt.correlation)
            except (asyncio.CancelledError, GeneratorExit):
                self._close(attempt, Status(code=_CANCELLED))
                raise
            self._close(attempt, status)
            await attempt.refuse(status)

        return answer

    def _run(
        self, lane: Lane, method: Method, handler: Handler
    ) -> "Callable[[Message, Call, Once | None], Awaitable[bytes]]":
        reads, repeats = self._reads, self._repeats

        async def look_up(request: Message, call: Call, once: Once | None) -> bytes:
            return await reads.look_up(lambda rows: _serialized(handler(request, call, rows)))

        async def read(request: Message, call: Call, once: Once | None) -> bytes:
            return await reads.read(lambda db: _serialized(handler(request, call, Reader(db))))

        async def write(request: Message, call: Call, once: Once | None) -> bytes:
            def job(unit: Unit) -> bytes:
                answer = _serialized(handler(request, call, unit))
                if method.changes:
                    keep(unit, audited(method, call, request, answer=answer))
                return answer

            return await repeats.write(job, once)

        async def act(request: Message, call: Call, once: Once | None) -> bytes:
            async def action(gone: Gone) -> bytes:
                answer = _serialized(await handler(request, call._replace(gone=gone)))
                if method.changes and call.caller.principal:
                    entry = audited(method, call, request, answer=answer)
                    await self._lane.write(lambda unit: keep(unit, entry))
                return answer

            return await repeats.act(action, once)

        return {
            Lane.LOOKING_UP: look_up,
            Lane.READING: read,
            Lane.WRITING: write,
            Lane.ACTING: act,
        }[lane]

    async def _admit(self, attempt: Attempt, data: bytes) -> tuple[Message, Call]:
        """The request of a caller who may make it. Raises whatever stands against it."""
        permission, attempt.data = attempt.method.permission, data
        call = attempt.open(await self._identify(attempt, permission))
        if call.caller.principal:
            attempt.count(self._limits.of_caller(call.caller))
        else:
            attempt.count(self._limits.of_address(attempt.address))
        require(call.caller, permission)
        request = attempt.read(data)
        checks.check_request(attempt.method, request)
        return request, call

    async def _identify(self, attempt: Attempt, permission: Permission) -> Identity:
        """Who calls. What anybody may do, somebody with a wrong key may, too."""
        try:
            return await self._authentication.identify(attempt.authorization)
        except RefusedError:
            if permission is Permission.ANYONE:
                return UNKNOWN
            attempt.count(self._limits.of_address(attempt.address))
            raise

    async def _require_same(self, call: Call, method: Method) -> None:
        """Ends a stream whose caller is not any more what it was: what is shown goes by that."""
        if call.token_hash:
            caller = await self._authentication.caller_of(call.token_hash)
            if caller != call.caller:
                require(caller, method.permission)
                raise RefusedError(
                    Outcome.UNAVAILABLE,
                    "ACCESS_CHANGED",
                    "what you may see has changed; resume from the cursor",
                )

    def _close(self, attempt: Attempt, status: Status) -> None:
        """Audit and log: the call is over."""
        code = failures.CODES[status.code].name
        reason = failures.reason_of(status) if status.code else ""
        if status.code and status.code != _CANCELLED:
            self._audit_refusal(attempt, code, reason)
        self._log.note(attempt, code, reason)

    def _audit_refusal(self, attempt: Attempt, result: str, reason: str) -> None:
        call = attempt.call
        if call is None or not call.caller.principal:
            self._audit.refuse_nobody(attempt.address)
            return
        if attempt.request is None:  # it was not even looked at
            with contextlib.suppress(DecodeError):
                attempt.read(attempt.data)
        told = audited(attempt.method, call, attempt.request, result=result, reason=reason)
        self._audit.refuse(told)


def _once(method: Method, request: Any, call: Call) -> Once | None:
    if not method.idempotent or not request.request_id:
        return None
    return Once.of(call.caller.principal, method, request)


def _serialized(response: Message | bytes) -> bytes:
    return response if isinstance(response, bytes) else response.SerializeToString()
