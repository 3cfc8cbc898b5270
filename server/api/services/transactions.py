"""Transactions: read only."""

from ampline.v1 import transaction_pb2 as pb
from ampline.v1.transaction_pb2_grpc import TransactionServiceServicer
from server.api.filters import at_least
from server.api.shown import Shown
from server.resources.transactions import MAPPING

transactions = Shown(
    MAPPING,
    pb.ListTransactionsRequest,
    pb.ListTransactionsResponse,
    orders=("create_time desc", "update_time"),
    filters={"updated_since": at_least("update_time")},
)


class TransactionService(TransactionServiceServicer):
    """Shows payments."""

    GetTransaction = transactions.get
    ListTransactions = transactions.list
