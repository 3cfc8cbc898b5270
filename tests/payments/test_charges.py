"""Cards that are charged, and given back, whatever goes wrong between us and Stripe."""

from typing import Any
from uuid import uuid4

import grpc
import pytest

from ampline.v1 import session_payment_pb2, transaction_pb2
from ampline.v1.session_pb2 import Session
from ampline.v1.transaction_pb2 import Transaction
from server.resources.prices import money_to_message
from server.store.models import GatewayStep, User
from tests.api.client import refused
from tests.api.samples import TRANSACTIONS
from tests.api.test_outside_payments import paying, payment_state
from tests.api.test_session_payments import payments_of, unpaid
from tests.api.test_user_actions import a_user
from tests.domain.pricing_terms import eur
from tests.payments.conftest import Shop
from tests.payments.stand_in import Fault

UNAVAILABLE = grpc.StatusCode.UNAVAILABLE


async def with_card(shop: Shop, card: str = "pm_good") -> str:
    """A user who has saved a card."""
    user = await a_user(shop.client, 0, paymentPreference="EXTERNAL")
    kept = User.update(gateway_customer="cus_1", gateway_method=card).where(User.name == user)
    await shop.api.lane.write(lambda unit: unit.execute(kept))
    return user


async def later(shop: Shop, seconds: int = 3600) -> None:
    """So much time passes for what is to be done, and it is."""
    gone = seconds * 1_000_000
    rows = GatewayStep.update(
        due_time=GatewayStep.due_time - gone, first_time=GatewayStep.first_time - gone
    )
    await shop.api.lane.write(lambda unit: unit.execute(rows))
    await shop.carry_on()


async def steps(shop: Shop) -> list[str]:
    """What is still to be done."""
    return await shop.api.lane.write(lambda _: [row.key for row in GatewayStep.select()])


def retrying(session: str, method: Any = Transaction.EXTERNAL) -> Any:
    return session_payment_pb2.RetryPaymentRequest(
        name=session, method=method, request_id=str(uuid4())
    )


async def paid(shop: Shop, units: int = 10) -> Transaction:
    """A session that is paid by card."""
    session = await unpaid(shop.api, units, await with_card(shop))
    answer = await shop.client.session_payments.RetryPayment(retrying(session))
    assert answer.session.payment_state == Session.PAID
    made: Transaction = answer.transaction
    return made


async def test_a_saved_card_is_charged(shop: Shop) -> None:
    session = await unpaid(shop.api, user=await with_card(shop))
    request = retrying(session)
    answer = await shop.client.session_payments.RetryPayment(request)
    assert answer.session.payment_state == Session.PAID
    made = answer.transaction
    assert (made.state, made.through_gateway) == (Transaction.FINALIZED, True)
    intent = shop.stripe.account.intents[made.provider_reference]
    assert intent["metadata"]["transaction"] == made.name
    assert await shop.client.session_payments.RetryPayment(request) == answer
    await shop.notified(again=2)
    assert (shop.stripe.account.taken(), await steps(shop)) == (1000, [])
    assert await payments_of(shop.client, session) == [("EXTERNAL", "FINALIZED", 10)]
    told = transaction_pb2.UpdateTransactionRequest(
        transaction=Transaction(name=made.name, state=Transaction.REFUNDED)
    )
    refusal = await refused(shop.client.transactions.UpdateTransaction(told))
    assert refusal.reason == "TRANSACTION_NOT_OUTSIDE"


@pytest.mark.parametrize(
    ("fault", "stripe_timeout"), [(each, 1 if each is Fault.LATE else 20) for each in Fault]
)
async def test_whatever_breaks_a_card_is_charged_once(shop: Shop, fault: Fault) -> None:
    session = await unpaid(shop.api, user=await with_card(shop))
    shop.stripe.faults.append(fault)
    call = shop.client.session_payments.RetryPayment(retrying(session))
    if fault is Fault.BROKEN_AFTER:
        await call  # Stripe is asked what it has
    else:
        assert (await refused(call)).code == UNAVAILABLE
    await later(shop)
    if fault is Fault.BROKEN:
        await later(shop)  # the key was spoiled
    assert (shop.stripe.account.taken(), await steps(shop)) == (1000, [])
    assert await payment_state(shop.client, session) == "PAID"


async def test_a_key_that_is_forgotten_charges_nothing_twice(shop: Shop) -> None:
    session = await unpaid(shop.api, user=await with_card(shop))
    shop.stripe.faults.append(Fault.LOST)
    await refused(shop.client.session_payments.RetryPayment(retrying(session)))
    shop.stripe.forget_keys()
    await later(shop, 25 * 3600)
    assert shop.stripe.account.taken() == 1000
    assert await payment_state(shop.client, session) == "PAID"


@pytest.mark.parametrize(
    ("card", "why"),
    [("pm_declined", "insufficient_funds"), ("pm_strong", "authentication_required")],
)
async def test_a_card_that_is_declined(shop: Shop, card: str, why: str) -> None:
    session = await unpaid(shop.api, user=await with_card(shop, card))
    refusal = await refused(shop.client.session_payments.RetryPayment(retrying(session)))
    assert (refusal.reason, refusal.metadata["failure_reason"]) == ("PAYMENT_REFUSED", why)
    await shop.notified()
    assert await payments_of(shop.client, session) == [("EXTERNAL", "FAILED", 10)]
    assert (await payment_state(shop.client, session), await steps(shop)) == ("FAILED", [])


def refunding(payment: str, units: int | None = None) -> Any:
    amount = None if units is None else money_to_message(eur(units))
    return transaction_pb2.RefundTransactionRequest(
        name=payment, amount=amount, reason="no power", request_id=str(uuid4())
    )


async def test_a_payment_is_given_back_in_parts(shop: Shop) -> None:
    made = await paid(shop)
    refund = shop.client.transactions.RefundTransaction
    part = refunding(made.name, 4)
    answer = await refund(part)
    assert (answer.state, answer.refunded.units) == (Transaction.FINALIZED, 4)
    assert await refund(part) == answer
    refusal = await refused(refund(refunding(made.name, 7)))
    assert (refusal.reason, refusal.metadata) == ("REFUND_TOO_LARGE", {"left": "6.00 EUR"})
    answer = await refund(refunding(made.name))
    assert (answer.state, answer.refunded.units) == (Transaction.REFUNDED, 10)
    await shop.notified(again=2)
    assert (shop.stripe.account.taken(), len(shop.stripe.account.refunds)) == (0, 2)


@pytest.mark.parametrize("fault", [Fault.LOST, Fault.BROKEN, Fault.BROKEN_AFTER])
async def test_whatever_breaks_it_is_given_back_once(shop: Shop, fault: Fault) -> None:
    made = await paid(shop)
    shop.stripe.faults.append(fault)
    request = refunding(made.name, 4)
    call = shop.client.transactions.RefundTransaction(request)
    if fault is Fault.BROKEN_AFTER:
        await call
    else:
        assert (await refused(call)).code == UNAVAILABLE
        other = refunding(made.name, 5)
        refusal = await refused(shop.client.transactions.RefundTransaction(other))
        assert refusal.reason == "REFUND_UNDER_WAY"
    await later(shop)
    await later(shop)
    again = await shop.client.transactions.RefundTransaction(request)
    assert (again.refunded.units, shop.stripe.account.taken()) == (4, 600)


async def test_what_is_given_back_at_stripe_is_known_here(shop: Shop) -> None:
    made = await paid(shop)
    shop.stripe.account.refund({"payment_intent": made.provider_reference, "amount": "300"})
    await shop.notified()
    known = await TRANSACTIONS.get(shop.client, made.name)
    assert (known.state, known.refunded.units) == (Transaction.FINALIZED, 3)


async def test_what_was_paid_twice_is_given_back(shop: Shop) -> None:
    session = await unpaid(shop.api, user=await with_card(shop))
    shop.stripe.faults.append(Fault.LOST)
    await refused(shop.client.session_payments.RetryPayment(retrying(session)))
    await TRANSACTIONS.create(shop.client, paying(session, 10, state="FINALIZED"))
    await later(shop)
    assert shop.stripe.account.taken() == 0
    assert await payment_state(shop.client, session) == "PAID"


async def test_notices_are_stripes_own(shop: Shop) -> None:
    await paid(shop)
    assert set(await shop.stripe.notify(shop.notices_url, secret="whsec_other")) == {400}
    assert await steps(shop) == []
