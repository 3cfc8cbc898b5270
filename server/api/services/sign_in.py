"""How operators sign in, what they do for themselves, and who calls."""

import asyncio
import secrets
from typing import Any

from google.protobuf.empty_pb2 import Empty

from ampline.v1 import sign_in_pb2 as pb
from ampline.v1.sign_in_pb2_grpc import SignInServiceServicer
from server.api.audit import Audit
from server.api.audit_entries import Audited, keep
from server.api.authentication import Authentication
from server.api.lanes import Call, acting, looking_up
from server.domain.access import Caller, secret_hash
from server.domain.errors import RefusedError, invalid_field, precondition
from server.store.lane import WriteLane
from server.store.reads import Rows
from server.store.unit import Unit
from server.work.access import callers, sign_ins, totp
from server.work.access.passwords import hash_operator_password, is_operator_password
from server.work.access.sign_ins import OperatorRow

_NOBODYS = hash_operator_password(secrets.token_hex())
"""Checked for user names that nobody has, so that these take as long as the others."""
_SIGN_IN = "ampline.v1.SignInService/SignIn"


class SignInService(SignInServiceServicer):
    """Signs operators in and out, lets them change how they do, and says who calls."""

    def __init__(self, lane: WriteLane, authentication: Authentication, audit: Audit) -> None:
        self._lane = lane
        self._authentication = authentication
        self._audit = audit

    @acting
    async def SignIn(self, request: Any, call: Call) -> pb.SignInResponse:
        """Gives a token for a user name, a password and, of those who enrolled, a code."""
        username = request.username.strip()
        operator = await self._lane.write(lambda unit: sign_ins.attempt(unit, username))
        right = await _is_password(request.password, operator)
        if operator is None or not (right and operator.may_sign_in):
            raise self._refused(operator, call)
        token = secrets.token_urlsafe(32)

        def succeed(unit: Unit) -> tuple[Caller, int] | None:
            if operator.totp_enabled and not _takes_code(unit, operator, request):
                return None
            caller = _caller(unit, operator)
            keep(unit, _entry(call._replace(caller=caller), operator.name))
            return caller, sign_ins.succeed(unit, operator.name, secret_hash(token))

        signed_in = await self._lane.write(succeed)
        if signed_in is None:
            raise self._refused(operator, call)
        caller = _to_message(signed_in[0], totp_enabled=operator.totp_enabled)
        answer = pb.SignInResponse(token=token, caller=caller)
        answer.expire_time.FromMicroseconds(signed_in[1])
        return answer

    @acting
    async def SignOut(self, request: Any, call: Call) -> Empty:
        """Makes the token of this call worthless; a key stays one."""
        await self._lane.write(lambda unit: sign_ins.end(unit, call.token_hash))
        self._authentication.forget(call.token_hash)
        return Empty()

    @acting
    async def SignOutEverywhere(self, request: Any, call: Call) -> Empty:
        """Makes all tokens of the caller worthless; keys stay."""
        await self._lane.write(lambda unit: sign_ins.end_all(unit, call.caller.principal))
        self._authentication.forget_principal(call.caller.principal)
        return Empty()

    @acting
    async def ChangePassword(self, request: Any, call: Call) -> Empty:
        """Takes a new password for the old one; only this call's token stays good."""
        operator = await self._once_more(call, request.old_password, "old_password")
        kept = await asyncio.to_thread(hash_operator_password, request.new_password)
        await self._lane.write(
            lambda unit: sign_ins.change_password(unit, operator.name, kept, call.token_hash)
        )
        self._authentication.forget_principal(operator.name)
        return Empty()

    @acting
    async def EnrolTotp(self, request: Any, call: Call) -> pb.EnrolTotpResponse:
        """Makes a secret for codes, which are asked for once one was confirmed."""
        operator = await self._once_more(call, request.password, "password")
        secret = totp.new_secret()

        def enrol(unit: Unit) -> None:
            sign_ins.unlock(unit, operator.name)
            totp.enrol(unit, operator.name, secret)

        await self._lane.write(enrol)
        return pb.EnrolTotpResponse(
            totp_secret=secret, totp_uri=totp.uri(secret, operator.username)
        )

    @acting
    async def ConfirmTotp(self, request: Any, call: Call) -> Empty:
        """Begins to ask for codes."""
        name = _operator_of(call)
        if not await self._lane.write(lambda unit: totp.confirm(unit, name, request.code)):
            raise invalid_field("code", "is not the code of this moment")
        return Empty()

    @acting
    async def DisableTotp(self, request: Any, call: Call) -> Empty:
        """Asks for no codes any more."""
        operator = await self._once_more(call, request.password, "password")

        def disable(unit: Unit) -> None:
            sign_ins.unlock(unit, operator.name)
            totp.disable(unit, operator.name)

        await self._lane.write(disable)
        return Empty()

    @looking_up
    def GetCaller(self, request: Any, call: Call, rows: Rows) -> pb.Caller:
        """Says who calls."""
        asked = sign_ins.asks_for_codes(rows, call.caller.principal)
        return _to_message(call.caller, totp_enabled=asked)

    async def _once_more(self, call: Call, password: str, field: str) -> OperatorRow:
        """The operator who calls, if this is the password; guessing it is slow here, too."""
        name = _operator_of(call)
        operator = await self._lane.write(lambda unit: sign_ins.attempt_again(unit, name))
        if operator is None or not await _is_password(password, operator):
            raise invalid_field(field, "is wrong")
        return operator

    def _refused(self, operator: OperatorRow | None, call: Call) -> RefusedError:
        """Somebody failed to sign in: the operator's audit has it, once for each attempt that was
        let through. Which of the two was wrong, nobody is told."""
        refused = sign_ins.refused()
        if operator is not None:
            self._audit.refuse(_entry(call, operator.name, refused.outcome.value, refused.reason))
        return refused


async def _is_password(password: str, operator: OperatorRow | None) -> bool:
    kept = (operator and operator.password_hash) or _NOBODYS
    return await asyncio.to_thread(is_operator_password, password, kept)


def _takes_code(unit: Unit, operator: OperatorRow, request: Any) -> bool:
    if not request.HasField("totp_code"):
        raise sign_ins.code_required()
    return totp.take(unit, operator.name, request.totp_code)


def _caller(rows: Rows, operator: OperatorRow) -> Caller:
    called = operator.display_name or operator.username
    who = operator.name, called, operator.role, operator.partner
    return callers.caller(rows, (*who, operator.may_choose_ids))


def _operator_of(call: Call) -> str:
    """The operator who calls. NOT_SIGNED_IN if it is a key."""
    if not call.caller.principal.startswith("portalOperators/"):
        raise precondition("NOT_SIGNED_IN", "keys have no password and no codes")
    return call.caller.principal


def _entry(call: Call, operator: str, result: str = "OK", reason: str | None = None) -> Audited:
    caller = call.caller
    return Audited(
        caller.principal,
        caller.partner,
        call.peer,
        _SIGN_IN,
        operator,
        None,
        call.correlation,
        result,
        reason,
    )


def _to_message(caller: Caller, *, totp_enabled: bool) -> pb.Caller:
    assert caller.role is not None
    return pb.Caller(
        principal=caller.principal,
        display_name=caller.display_name,
        role=int(caller.role),  # type: ignore[arg-type] # the same numbers
        permissions=sorted(map(int, caller.permissions)),  # type: ignore[arg-type]
        partner=caller.partner or "",
        totp_enabled=totp_enabled,
    )
