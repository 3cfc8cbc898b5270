"""Transactions: the platform's own are shown, outside processors tell of theirs."""

from typing import Any

from ampline.v1 import transaction_pb2 as pb
from ampline.v1.transaction_pb2_grpc import TransactionServiceServicer
from server.api.amounts import payable_told
from server.api.changes import Change, Particulars
from server.api.crud import Crud
from server.api.filters import at_least, before
from server.api.lanes import Call, acting
from server.api.services import outside_payments
from server.api.services.payment_pages import page_message
from server.domain.payments import OUTSIDE, Method, State
from server.resources.transactions import MAPPING, amount_of, faults_of
from server.store.lane import WriteLane
from server.store.unit import Unit
from server.work.gateways import pages, refunds
from server.work.gateways.carrying import Gateways, no_gateway
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
    async def PayTransaction(self, request: Any, call: Call) -> pb.PayTransactionResponse:
        """Has the gateway ask the payer."""
        self._gateways.of(Method.EXTERNAL)

        def prepare(unit: Unit) -> None:
            transactions.find(unit, request.name, call.caller, lock=True)
            pages.prepare(unit, request.name)

        await self._lane.write(prepare)
        try:
            url = request.payment_page.return_url or None
            told = await self._gateways.page(request.name, url)
        except OSError as error:
            raise unpaid.unreachable(request.name, error) from error
        if told.state is State.FAILED:
            raise unpaid.not_made(request.name, told.failure_reason)
        made, page = await self._read(request.name), page_message(told.page)
        return pb.PayTransactionResponse(transaction=made, payment_page=page)

    @acting
    async def RefundTransaction(self, request: Any, call: Call) -> pb.Transaction:
        """Has it paid back by whoever took it."""

        amount = payable_told(request.amount) if request.HasField("amount") else None

        asker = f"{call.caller.principal}/{request.request_id}" if request.request_id else None

        def prepare(unit: Unit) -> refunds.Begun:
            transactions.find(unit, request.name, call.caller, lock=True)
            told = payments.read(unit, request.name)
            method = Method(told.method)
            if method in OUTSIDE and not told.through_gateway:
                raise no_gateway(method)
            self._gateways.of(method)
            return refunds.begin(unit, request.name, amount, request.reason or None, asker)

        begun = await self._lane.write(prepare)
        answer = None
        try:
            if begun.step is not None:
                answer = await self._gateways.carry_out(begun.step.number, at_once=True)
        except OSError as error:
            raise unpaid.unreachable(request.name, error) from error
        made = await self._read(request.name)
        if amount_of(made, "refunded").nanos < begun.refunded.nanos:
            raise unpaid.not_made(request.name, (answer or made).failure_reason)
        return made

    async def _read(self, name: str) -> pb.Transaction:
        return await self._lane.write(lambda unit: payments.read(unit, name))
