"""Portal operators, as those who administer see them."""

import asyncio
from collections.abc import Callable
from typing import Any

from google.protobuf.empty_pb2 import Empty

from ampline.v1 import portal_operator_pb2 as pb
from ampline.v1.portal_operator_pb2_grpc import PortalOperatorServiceServicer
from server.api.authentication import Authentication
from server.api.changes import Change, Particulars
from server.api.crud import Crud
from server.api.lanes import Call, acting
from server.api.services import principals
from server.resources.access import PORTAL_OPERATORS
from server.store.lane import WriteLane
from server.store.unit import Unit
from server.work.access import sign_ins, totp
from server.work.access.passwords import hash_operator_password


def _prepare(change: Change[pb.PortalOperator]) -> None:
    """Keeps the hash of a new password: it was made before the transaction, for it takes long."""
    after = change.after
    if "password" in change.changed and after.HasField("password"):
        change.columns |= {
            "password_hash": after.password,
            "password_change_time": change.unit.now,
        }


def _sign_out(change: Change[pb.PortalOperator]) -> None:
    """A new password, and being disabled, end what was signed in before."""
    disabled = change.after.state == pb.PortalOperator.DISABLED
    if change.before is not None and (disabled or "password_hash" in change.columns):
        sign_ins.end_all(change.unit, change.after.name)


def _remove(change: Change[pb.PortalOperator]) -> None:
    sign_ins.end_all(change.unit, change.after.name)


portal_operators = Crud(
    PORTAL_OPERATORS,
    pb.ListPortalOperatorsRequest,
    pb.ListPortalOperatorsResponse,
    orders=("create_time", "username"),
    particulars=Particulars(
        prepare=_prepare,
        written=_sign_out,
        removed=_remove,
        faults=principals.faults_of,
        unique={"username": ("username",)},
    ),
)


class PortalOperatorService(PortalOperatorServiceServicer):
    """Keeps portal operators."""

    GetPortalOperator = portal_operators.get
    ListPortalOperators = portal_operators.list

    def __init__(self, lane: WriteLane, authentication: Authentication) -> None:
        self._lane = lane
        self._authentication = authentication

    @acting
    async def CreatePortalOperator(self, request: Any, call: Call) -> bytes:
        """Makes an operator."""
        told = await _with_hash(request)
        answer: bytes = await self._lane.write(
            lambda unit: portal_operators.create(told, call, unit)
        )
        return answer

    @acting
    async def UpdatePortalOperator(self, request: Any, call: Call) -> bytes:
        """Changes an operator."""
        told = await _with_hash(request)
        answer: bytes = await self._lane.write(
            lambda unit: portal_operators.update(told, call, unit)
        )
        self._authentication.forget_principal(request.portal_operator.name)
        return answer

    @acting
    async def DeletePortalOperator(self, request: Any, call: Call) -> Empty:
        """Removes an operator."""
        await self._lane.write(lambda unit: portal_operators.delete(request, call, unit))
        self._authentication.forget_principal(request.name)
        return Empty()

    @acting
    async def SignOutPortalOperator(self, request: Any, call: Call) -> bytes:
        """Makes every token of the operator's worthless."""
        return await self._change(request.name, call, sign_ins.end_all)

    @acting
    async def UnlockPortalOperator(self, request: Any, call: Call) -> bytes:
        """Lets the operator try again at once."""
        return await self._change(request.name, call, sign_ins.unlock)

    @acting
    async def ResetPortalOperatorTotp(self, request: Any, call: Call) -> bytes:
        """Lets the operator sign in without a code."""
        return await self._change(request.name, call, totp.disable)

    async def _change(self, name: str, call: Call, change: Callable[[Unit, str], None]) -> bytes:
        """Changes what is no field of a client's, and answers the operator."""

        def job(unit: Unit) -> bytes:
            portal_operators.find(unit, name, call.caller, lock=True)
            change(unit, name)
            row = portal_operators.find(unit, name, call.caller)
            return PORTAL_OPERATORS.to_bytes(row)

        answer = await self._lane.write(job)
        self._authentication.forget_principal(name)
        return answer


async def _with_hash(request: Any) -> Any:
    """The request, with the password's hash where the password was."""
    if not request.portal_operator.HasField("password"):
        return request
    told = type(request)()
    told.CopyFrom(request)
    operator = told.portal_operator
    operator.password = await asyncio.to_thread(hash_operator_password, operator.password)
    return told
