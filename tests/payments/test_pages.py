"""What people do themselves at the gateway: save a card, pay what is left, top a balance up."""

from typing import Any
from uuid import uuid4

from google.protobuf.json_format import ParseDict

from ampline.v1 import transaction_pb2 as pb
from ampline.v1 import user_action_pb2, user_pb2
from ampline.v1.session_pb2 import Session
from ampline.v1.transaction_pb2 import Transaction
from server.domain.money import zero
from server.domain.payments import Method, Parts, State
from server.store import models
from server.work.gateways import notices
from server.work.money import payments
from tests.api.client import refused
from tests.api.samples import TRANSACTIONS, USERS
from tests.api.test_outside_payments import euros, payment_state
from tests.api.test_session_payments import unpaid
from tests.api.test_user_actions import a_user, balance, entries
from tests.domain.pricing_terms import eur
from tests.payments.conftest import Shop
from tests.payments.stand_in import Fault
from tests.payments.test_charges import refunding, retrying, steps

RETURN = {"paymentPage": {"returnUrl": "https://driver.example/done"}}


async def save(shop: Shop, user: str, **fields: Any) -> Any:
    request = ParseDict(
        {"name": user, "requestId": str(uuid4()), **fields},
        user_action_pb2.SavePaymentMethodRequest(),
    )
    return (await shop.client.user_actions.SavePaymentMethod(request)).payment_page


async def test_a_card_is_saved_used_and_forgotten(shop: Shop) -> None:
    user = await a_user(shop.client, 0, paymentPreference="EXTERNAL")
    page = (await save(shop, user, **RETURN)).url.rpartition("/")[2]
    shop.stripe.account.pay(page)
    await shop.notified(again=2)
    kept = (await USERS.get(shop.client, user)).saved_payment_method
    assert (kept.kind, kept.brand, kept.last_digits) == ("card", "visa", "4242")
    session = await unpaid(shop.api, user=user)
    answer = await shop.client.session_payments.RetryPayment(retrying(session))
    assert (answer.session.payment_state, shop.stripe.account.taken()) == (Session.PAID, 1000)
    form = await save(shop, user)
    assert (form.url, bool(form.client_secret)) == ("", True)
    assert len(shop.stripe.account.customers) == 1
    remove = user_action_pb2.RemovePaymentMethodRequest(name=user)
    left = (await shop.client.user_actions.RemovePaymentMethod(remove)).user
    assert not left.HasField("saved_payment_method")
    shop.stripe.faults.append(Fault.BUSY)
    await shop.carry_on()
    assert await steps(shop)
    await shop.api.lane.write(lambda unit: unit.execute(models.GatewayStep.update(due_time=0)))
    await shop.carry_on()
    assert (shop.stripe.account.customers, await steps(shop)) == ({}, [])


async def test_who_is_deleted_is_forgotten_at_stripe(shop: Shop) -> None:
    user = await a_user(shop.client, 0)
    form = await save(shop, user)
    (setup,) = shop.stripe.account.setups.values()
    assert form.client_secret == setup["client_secret"]
    shop.stripe.account.set_up(setup, "pm_good")
    await shop.notified()
    assert (await USERS.get(shop.client, user)).saved_payment_method.last_digits == "4242"
    await shop.client.users.DeleteUser(user_pb2.DeleteUserRequest(name=user))
    await shop.carry_on()
    assert shop.stripe.account.customers == {}


async def pay(shop: Shop, payment: str, **fields: Any) -> Any:
    request = ParseDict({"name": payment, **RETURN, **fields}, pb.PayTransactionRequest())
    return await shop.client.transactions.PayTransaction(request)


async def test_what_is_left_is_paid_on_a_page(shop: Shop) -> None:
    session = await unpaid(shop.api)
    await shop.client.session_payments.RetryPayment(retrying(session))
    listed = pb.ListTransactionsRequest(purchased_resource=session)
    (made,) = (await shop.client.transactions.ListTransactions(listed)).transactions
    assert made.state == Transaction.PENDING
    first = await pay(shop, made.name)
    assert (await pay(shop, made.name)).payment_page == first.payment_page
    page = first.payment_page.url.rpartition("/")[2]
    shop.stripe.account.expire(page)
    again = await pay(shop, made.name)
    assert again.payment_page.url != first.payment_page.url
    shop.stripe.account.pay(again.payment_page.url.rpartition("/")[2])
    await shop.api.lane.write(notices.look_again)  # nobody told of it
    await shop.carry_on()
    assert await payment_state(shop.client, session) == "PAID"
    refusal = await refused(pay(shop, made.name))
    assert (refusal.reason, refusal.metadata["from"]) == ("TRANSACTION_STATE", "FINALIZED")
    assert (shop.stripe.account.taken(), await steps(shop)) == (1000, [])


async def test_a_balance_is_topped_up_by_card_and_given_back_while_it_is_there(shop: Shop) -> None:
    user = await a_user(shop.client, 0)
    told = {"purchase": "TOP_UP", "purchasedResource": user, "method": "EXTERNAL"}
    amounts = {"net": euros(20), "tax": euros(0), "total": euros(20)}
    made = await TRANSACTIONS.create(shop.client, ParseDict({**told, **amounts}, Transaction()))
    page = (await pay(shop, made.name)).payment_page.url.rpartition("/")[2]
    shop.stripe.account.pay(page)
    await shop.notified(again=2)
    assert await entries(shop.client, user) == [("TOP_UP", 20)]
    refund = shop.client.transactions.RefundTransaction
    assert (await refund(refunding(made.name, 5))).refunded.units == 5
    await shop.notified()
    assert (await balance(shop.client, user), shop.stripe.account.taken()) == (15, 1500)
    session = await unpaid(shop.api, 10, user)
    await shop.client.session_payments.RetryPayment(retrying(session, Transaction.BALANCE))
    refusal = await refused(refund(refunding(made.name)))
    assert refusal.reason == "INSUFFICIENT_BALANCE"
    assert (await balance(shop.client, user), shop.stripe.account.taken()) == (5, 1500)


async def test_what_somebody_outside_takes_is_theirs(shop: Shop) -> None:
    session = await unpaid(shop.api)
    ten = Parts(eur(10), zero("EUR"), eur(10))

    def owe(unit: Any) -> str:
        row = models.Session.get(models.Session.name == session)
        return payments.record(unit, row, ten, Method.EXTERNAL, State.PENDING, "other-7")

    name = await shop.api.lane.write(owe)
    assert (await refused(pay(shop, name))).reason == "TRANSACTION_NOT_OUTSIDE"
