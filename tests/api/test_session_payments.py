"""Sessions that nobody was known for, or that could not be paid; payments that are given back."""

import asyncio
from typing import Any
from uuid import uuid4

import grpc

from ampline.v1 import session_payment_pb2 as pb
from ampline.v1.session_pb2 import Session
from ampline.v1.transaction_pb2 import (
    GetTransactionRequest,
    ListTransactionsRequest,
    RefundTransactionRequest,
    Transaction,
)
from server.resources.prices import money_to_message
from server.store import models
from tests.api.client import Client, refused
from tests.api.conftest import Api
from tests.api.samples import TRANSACTIONS
from tests.api.test_outside_payments import billed, paying, payment_state
from tests.api.test_user_actions import a_user, balance, entries
from tests.domain.pricing_terms import eur

PRECONDITION = grpc.StatusCode.FAILED_PRECONDITION


async def unpaid(api: Api, units: int = 10, user: str | None = None, **columns: Any) -> str:
    """A session that ended, with its bill; nobody has paid."""
    price = Session()
    for part, amount in (("net", units), ("tax", 0), ("total", units)):
        getattr(price.price, part).CopyFrom(money_to_message(eur(amount)))
    body = price.SerializeToString()
    return await billed(api, units, user, price=body, energy_wh=7_000, **columns)


async def assign(client: Client, session: str, user: str) -> Any:
    request = pb.AssignUserRequest(name=session, user=user, request_id=str(uuid4()))
    answer = await client.session_payments.AssignUser(request)
    assert await client.session_payments.AssignUser(request) == answer
    return answer


async def retry(client: Client, session: str, **fields: Any) -> Any:
    request = pb.RetryPaymentRequest(name=session, request_id=str(uuid4()), **fields)
    answer = await client.session_payments.RetryPayment(request)
    assert await client.session_payments.RetryPayment(request) == answer
    return answer


async def payments_of(client: Client, session: str) -> list[tuple[str, str, int]]:
    listed = ListTransactionsRequest(purchased_resource=session, order_by="update_time")
    found = (await client.transactions.ListTransactions(listed)).transactions
    state, method = Transaction.State.Name, Transaction.Method.Name
    return [(method(each.method), state(each.state), each.total.units) for each in found]


async def test_whoever_is_known_at_last_pays(api: Api, client: Client) -> None:
    session, user = await unpaid(api), await a_user(client, 25)
    answer = await assign(client, session, user)
    assert (answer.session.user, answer.session.payment_state) == (user, Session.PAID)
    assert (answer.user.balance.units, answer.user.session_count) == (15, 1)
    assert answer.user.energy_wh == 7_000
    assert await entries(client, user) == [("SESSION", -10), ("TOP_UP", 25)]
    other = await a_user(client, 5)
    request = pb.AssignUserRequest(name=session, user=other)
    refusal = await refused(client.session_payments.AssignUser(request))
    assert (refusal.code, refusal.reason) == (PRECONDITION, "SESSION_HAS_USER")


async def test_what_was_paid_stays_paid(api: Api, client: Client) -> None:
    session, user = await unpaid(api), await a_user(client, 25)
    await TRANSACTIONS.create(client, paying(session, 7, state="FINALIZED"))
    await TRANSACTIONS.create(client, paying(session, 3))
    await assign(client, session, user)
    assert await balance(client, user) == 22
    assert sorted(await payments_of(client, session)) == [
        ("BALANCE", "FINALIZED", 3),
        ("TERMINAL", "FINALIZED", 7),
        ("TERMINAL", "REVERSED", 3),
    ]
    assert await payment_state(client, session) == "PAID"


async def test_energy_that_was_delivered_is_owed(api: Api, client: Client) -> None:
    session, user = await unpaid(api), await a_user(client, 4)
    answer = await assign(client, session, user)
    assert (answer.user.balance.units, answer.user.amount_due.units) == (-6, 6)


async def test_who_pays_outside_owes_it_there(api: Api, client: Client) -> None:
    session, user = await unpaid(api), await a_user(client, 0, paymentPreference="EXTERNAL")
    made = await TRANSACTIONS.create(client, paying(session, 10))
    assert (await assign(client, session, user)).session.payment_state == Session.PAYMENT_PENDING
    get = GetTransactionRequest(name=made.name)
    assert (await client.transactions.GetTransaction(get)).user == user


async def test_a_running_session_is_paid_when_it_ends(api: Api, client: Client) -> None:
    user = await a_user(client, 4)
    columns: dict[str, Any] = {
        "state": 3,
        "stop_time": None,
        "billing_state": 1,
        "total_micros": None,
    }
    session = await billed(api, **columns)
    answer = await assign(client, session, user)
    assert (answer.user.balance.units, answer.user.session_count) == (4, 0)
    row = await api.lane.write(lambda _: models.Session.get(models.Session.name == session))
    assert (row.payment_method, row.watch_time is not None) == (1, True)


async def test_another_attempt_takes_it_from_the_balance(api: Api, client: Client) -> None:
    user = await a_user(client, 25)
    session = await unpaid(api, user=user)
    await TRANSACTIONS.create(client, paying(session, 10, state="FAILED"))
    assert await payment_state(client, session) == "FAILED"
    answer = await retry(client, session, method=Transaction.BALANCE)
    assert (answer.session.payment_state, answer.transaction.state) == (
        Session.PAID,
        Transaction.FINALIZED,
    )
    assert await entries(client, user) == [("SESSION", -10), ("TOP_UP", 25)]
    request = pb.RetryPaymentRequest(name=session)
    refusal = await refused(client.session_payments.RetryPayment(request))
    assert (refusal.reason, refusal.metadata) == ("NOTHING_TO_PAY", {"payment_state": "PAID"})


async def test_a_balance_that_does_not_cover_it_is_left_alone(api: Api, client: Client) -> None:
    user = await a_user(client, 9)
    session = await unpaid(api, user=user)
    request = pb.RetryPaymentRequest(name=session, method=Transaction.BALANCE)
    refusal = await refused(client.session_payments.RetryPayment(request))
    assert (refusal.code, refusal.reason) == (PRECONDITION, "INSUFFICIENT_BALANCE")
    assert (await balance(client, user), await payments_of(client, session)) == (9, [])


async def test_many_attempts_at_once_pay_once(api: Api, client: Client) -> None:
    user = await a_user(client, 100)
    session = await unpaid(api, user=user)
    request = pb.RetryPaymentRequest(name=session, method=Transaction.BALANCE)
    calls = [client.session_payments.RetryPayment(request) for _ in range(8)]
    answers = await asyncio.gather(*calls, return_exceptions=True)
    assert any(not isinstance(answer, BaseException) for answer in answers)
    assert await entries(client, user) == [("SESSION", -10), ("TOP_UP", 100)]
    assert await payments_of(client, session) == [("BALANCE", "FINALIZED", 10)]


async def test_no_gateway_for_what_others_take(api: Api, client: Client) -> None:
    session = await unpaid(api)
    request = pb.RetryPaymentRequest(name=session, method=Transaction.CORPORATE)
    refusal = await refused(client.session_payments.RetryPayment(request))
    assert (refusal.reason, refusal.metadata) == ("NO_PAYMENT_GATEWAY", {"method": "CORPORATE"})


async def test_a_payment_is_given_back_once(api: Api, client: Client) -> None:
    user = await a_user(client, 25)
    session = await unpaid(api, user=user)
    paid = (await retry(client, session, method=Transaction.BALANCE)).transaction
    request = RefundTransactionRequest(
        name=paid.name, reason="the cable was broken", request_id=str(uuid4())
    )
    answer = await client.transactions.RefundTransaction(request)
    assert answer.state == Transaction.REFUNDED
    assert await client.transactions.RefundTransaction(request) == answer
    assert await entries(client, user) == [("REFUND", 10), ("SESSION", -10), ("TOP_UP", 25)]
    again = RefundTransactionRequest(name=paid.name)
    refusal = await refused(client.transactions.RefundTransaction(again))
    assert (refusal.reason, refusal.metadata["from"]) == ("TRANSACTION_STATE", "REFUNDED")
    assert await balance(client, user) == 25


async def test_what_others_took_they_give_back(api: Api, client: Client) -> None:
    session = await unpaid(api)
    made = await TRANSACTIONS.create(client, paying(session, 10, state="FINALIZED"))
    request = RefundTransactionRequest(name=made.name)
    refusal = await refused(client.transactions.RefundTransaction(request))
    assert (refusal.reason, refusal.metadata) == ("NO_PAYMENT_GATEWAY", {"method": "TERMINAL"})
