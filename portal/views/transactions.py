"""Transactions: the list of payments, and the page of each with the way that it went."""

from flask import Blueprint, render_template

from ampline.v1.transaction_pb2 import (
    GetTransactionRequest,
    ListTransactionsRequest,
    Transaction,
)
from portal.auth import api
from portal.choices import one_of
from portal.forms import Field
from portal.kinds import Reference, Text
from portal.language import lazy
from portal.listing import asked, choice
from portal.time_kinds import Moment
from portal.zones import zoned

room = Blueprint("transactions", __name__, url_prefix="/transactions")

FILTERS = (
    choice("state", lazy("State"), one_of("transaction_state", empty=lazy("Any"))),
    choice("purchase", lazy("For"), one_of("purchase", empty=lazy("Anything"))),
    choice("method", lazy("How"), one_of("payment_method", empty=lazy("Any"))),
    Field("user", lazy("User"), Reference("users"), placeholder=lazy("Any")),
    Field("purchased_resource", lazy("Bought"), Text(), placeholder="sessions/…"),
    Field("provider_reference", lazy("The processor's id"), Text(), placeholder=lazy("Whole id")),
    Field("created_since", zoned("Made from (%(zone)s)"), Moment()),
    Field("created_before", zoned("Made before (%(zone)s)"), Moment()),
)
# What may follow each state, as the API has it; nothing follows the others.
NEXT = {
    Transaction.PENDING: (
        Transaction.AUTHORIZED,
        Transaction.FINALIZED,
        Transaction.FAILED,
        Transaction.REVERSED,
    ),
    Transaction.AUTHORIZED: (Transaction.FINALIZED, Transaction.FAILED, Transaction.REVERSED),
    Transaction.FINALIZED: (Transaction.REFUNDED,),
}
# The states by the time that tells when each was reached.
REACHED = (
    (Transaction.PENDING, "create_time"),
    (Transaction.AUTHORIZED, "authorize_time"),
    (Transaction.FINALIZED, "finalize_time"),
    (Transaction.FAILED, "fail_time"),
    (Transaction.REVERSED, "reverse_time"),
    (Transaction.REFUNDED, "refund_time"),
)
# Who makes these tells how they go on; the platform makes the others.
OUTSIDE = (Transaction.EXTERNAL, Transaction.TERMINAL, Transaction.CORPORATE)


@room.get("")
def index() -> str:
    listing, filters = asked(ListTransactionsRequest(), FILTERS)
    answer = api().transactions.ListTransactions(listing)
    return render_template(
        "transactions/index.html", answer=answer, items=answer.transactions, filters=filters
    )


@room.get("/<key>")
def page(key: str) -> str:
    transaction = read(key)
    return render_template(
        "transactions/page.html",
        transaction=transaction,
        steps=[(state, getattr(transaction, time)) for state, time in REACHED],
        following=NEXT.get(transaction.state, ()),
        is_outside=transaction.method in OUTSIDE and not transaction.through_gateway,
    )


def read(key: str) -> Transaction:
    wanted = GetTransactionRequest(name=f"transactions/{key}")
    return api().transactions.GetTransaction(wanted)
