"""How operators sign in, and who calls."""

import asyncio
import secrets
from typing import Any

from google.protobuf.empty_pb2 import Empty

from ampline.v1 import sign_in_pb2 as pb
from ampline.v1.sign_in_pb2_grpc import SignInServiceServicer
from server.api.authentication import Authentication
from server.api.lanes import Call, acting, looking_up
from server.domain.access import PERMISSIONS, Caller, Role, secret_hash
from server.store.lane import WriteLane
from server.store.reads import Rows
from server.work.access import sign_ins
from server.work.access.passwords import hash_operator_password, is_operator_password

_NOBODYS = hash_operator_password(secrets.token_hex())
"""Checked for user names that nobody has, so that these take as long as the others."""


class SignInService(SignInServiceServicer):
    """Signs operators in and out, and says who calls."""

    def __init__(self, lane: WriteLane, authentication: Authentication) -> None:
        self._lane = lane
        self._authentication = authentication

    @acting
    async def SignIn(self, request: Any, call: Call) -> pb.SignInResponse:
        """Gives a token for a user name and a password."""
        username = request.username.strip()
        operator = await self._lane.write(lambda unit: sign_ins.attempt(unit, username))
        kept = operator.password_hash if operator else _NOBODYS
        right = await asyncio.to_thread(is_operator_password, request.password, kept)
        if operator is None or not right:
            raise sign_ins.refused()
        token = secrets.token_urlsafe(32)
        expire_time = await self._lane.write(
            lambda unit: sign_ins.succeed(unit, operator.name, secret_hash(token))
        )
        caller = Caller(operator.name, operator.display_name, Role(operator.role), operator.partner)
        answer = pb.SignInResponse(token=token, caller=_to_message(caller))
        answer.expire_time.FromMicroseconds(expire_time)
        return answer

    @acting
    async def SignOut(self, request: Any, call: Call) -> Empty:
        """Makes the token of this call worthless; a key stays one."""
        await self._lane.write(lambda unit: sign_ins.end(unit, call.token_hash))
        self._authentication.forget(call.token_hash)
        return Empty()

    @looking_up
    def GetCaller(self, request: Any, call: Call, rows: Rows) -> pb.Caller:
        """Says who calls."""
        return _to_message(call.caller)


def _to_message(caller: Caller) -> pb.Caller:
    assert caller.role is not None
    return pb.Caller(
        principal=caller.principal,
        display_name=caller.display_name,
        role=int(caller.role),  # type: ignore[arg-type] # the same numbers
        permissions=sorted(map(int, PERMISSIONS[caller.role])),  # type: ignore[arg-type]
    )
