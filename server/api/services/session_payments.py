"""Sessions that nobody was known for, or that could not be paid."""

from typing import Any

from ampline.v1 import session_payment_pb2 as pb
from ampline.v1.session_payment_pb2_grpc import SessionPaymentServiceServicer
from server.api import references
from server.api.lanes import Call, acting, writing
from server.api.services.sessions import sessions
from server.api.services.users import users
from server.domain.payments import Method, State
from server.resources.users import MAPPING as USERS
from server.store.lane import WriteLane
from server.store.unit import Unit
from server.work.gateways.carrying import Gateways
from server.work.money import payments
from server.work.sessions import unpaid
from server.work.sessions.unpaid import Attempt


class SessionPaymentService(SessionPaymentServiceServicer):
    """Has sessions paid."""

    def __init__(self, lane: WriteLane, gateways: Gateways) -> None:
        self._lane = lane
        self._gateways = gateways

    @writing
    def AssignUser(self, request: Any, call: Call, unit: Unit) -> pb.AssignUserResponse:
        """Gives a session its user, who pays for it."""
        sessions.find(unit, request.name, call.caller)
        references.check(unit, request, ("user",), "", call.caller.partner)
        unpaid.assign(unit, request.name, request.user)
        return pb.AssignUserResponse(
            session=sessions.message(unit, request.name, call.caller),
            user=USERS.to_message(users.find(unit, request.user, call.caller)),
        )

    @acting
    async def RetryPayment(self, request: Any, call: Call) -> pb.RetryPaymentResponse:
        """Has what is open taken now."""
        method = Method(request.method) if request.method else None
        if method is not None:
            self._gateways.of(method)

        def prepare(unit: Unit) -> Attempt:
            sessions.find(unit, request.name, call.caller)
            attempt = unpaid.prepare(unit, request.name, method)
            self._gateways.of(attempt.method)
            return attempt

        attempt: Attempt = await self._lane.write(prepare)
        try:
            answer = await self._gateways.carry_out(attempt.step, at_once=True)
        except OSError as error:
            raise unpaid.unreachable(attempt.charge.transaction, error) from error
        if answer and answer.state is State.FAILED:
            raise unpaid.not_made(attempt.charge.transaction, answer.failure_reason)
        return await self._lane.write(
            lambda unit: pb.RetryPaymentResponse(
                session=sessions.message(unit, request.name, call.caller),
                transaction=payments.read(unit, attempt.charge.transaction),
            )
        )
