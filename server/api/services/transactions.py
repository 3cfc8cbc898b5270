"""Transactions: the platform's own are shown, outside processors tell of theirs."""

from typing import Any

from ampline.v1 import transaction_pb2 as pb
from ampline.v1.transaction_pb2_grpc import TransactionServiceServicer
from server.api.changes import Change, Particulars
from server.api.crud import Crud
from server.api.filters import at_least, before
from server.api.lanes import Call, acting
from server.api.services import outside_payments
from server.api.services.payment_gateways import Gateways
from server.domain.errors import precondition
from server.domain.payments import Charge, Method, State
from server.resources.transactions import MAPPING, faults_of
from server.store.lane import WriteLane
from server.store.unit import Unit
from server.work.money import payments
from server.work.sessions import unpaid


def _prepare(change: Change[pb.Transaction]) -> None:
    if change.before is None:
        outside_payments.begin(change)
    else:
        outside_payments.go_on(change)


transactions = Crud(
    MAPPING,
    pb.ListTransactionsRequest,
    pb.ListTransactionsResponse,
    orders=("create_time desc", "update_time"),
    filters={
        "updated_since": at_least("update_time"),
        "created_since": at_least("create_time"),
        "created_before": before("create_time"),
    },
    particulars=Particulars(faults=faults_of, prepare=_prepare, written=outside_payments.follow_up),
)


class TransactionService(TransactionServiceServicer):
    """Shows payments, and is told of them."""

    GetTransaction = transactions.get
    ListTransactions = transactions.list
    CreateTransaction = transactions.create
    UpdateTransaction = transactions.update

    def __init__(self, lane: WriteLane, gateways: Gateways) -> None:
        self._lane = lane
        self._gateways = gateways

    @acting
    async def RefundTransaction(self, request: Any, call: Call) -> pb.Transaction:
        """Has it paid back by whoever took it."""

        def prepare(unit: Unit) -> Charge:
            transactions.find(unit, request.name, call.caller, lock=True)
            state = State(payments.read(unit, request.name).state)
            if state is not State.FINALIZED:
                told = {"from": state.name, "to": State.REFUNDED.name}
                message = f"{request.name} is {state.name}: there is nothing to give back"
                raise precondition("TRANSACTION_STATE", message, **told)
            return payments.charge(unit, request.name, request.reason or None)

        charge: Charge = await self._lane.write(prepare)
        method = Method((await self._read(request.name)).method)
        answer = await self._gateways.refund(method, charge)
        if answer.state is not State.REFUNDED:
            raise unpaid.refused(charge, answer.failure_reason)
        return await self._read(request.name)

    async def _read(self, name: str) -> pb.Transaction:
        return await self._lane.write(lambda unit: payments.read(unit, name))
