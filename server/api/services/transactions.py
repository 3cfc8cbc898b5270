"""Transactions: the platform's own are shown, outside processors tell of theirs."""

from ampline.v1 import transaction_pb2 as pb
from ampline.v1.transaction_pb2_grpc import TransactionServiceServicer
from server.api.changes import Change, Particulars
from server.api.crud import Crud
from server.api.filters import at_least, before
from server.api.services import outside_payments
from server.resources.transactions import MAPPING, faults_of


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
