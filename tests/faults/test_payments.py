"""The server dies between what Stripe has done and what is written of it: nothing is done twice."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from ampline.v1.subscription_plan_pb2 import CreateSubscriptionPlanRequest, SubscriptionPlan
from ampline.v1.transaction_pb2 import ListTransactionsRequest, Transaction
from ampline.v1.transaction_pb2 import RefundTransactionRequest as Refund
from ampline.v1.user_action_pb2 import ActivateSubscriptionRequest, SavePaymentMethodRequest
from ampline.v1.user_pb2 import CreateUserRequest, User
from server.payments.endpoint import PATH
from tests.faults.network import euros, made
from tests.faults.node import Node, started
from tests.payments.stand_in import KEY, SECRET, StandIn, serving
from tests.running import free_ports

PLAN, FEE = "subscriptionPlans/p", 900


class PayingNode(Node):
    """A node with an account at Stripe."""

    def __init__(self, folder: Path, database_url: str, stripe: StandIn) -> None:
        super().__init__(folder, database_url)
        self._stripe = stripe
        (self._payments_port,) = free_ports(1)

    @property
    def notices_url(self) -> str:
        """Where Stripe tells of payments."""
        return f"http://127.0.0.1:{self._payments_port}{PATH}"

    def environment(self) -> dict[str, str]:
        """Its settings."""
        return super().environment() | {
            "AMPLINE_STRIPE_KEY": KEY,
            "AMPLINE_STRIPE_WEBHOOK_SECRET": SECRET,
            "AMPLINE_STRIPE_API": self._stripe.url,
            "AMPLINE_STRIPE_TIMEOUT": "1",
            "AMPLINE_PAYMENTS_PORT": str(self._payments_port),
        }

    @asynccontextmanager
    async def dying(self) -> AsyncIterator[None]:
        """Dies once Stripe has done the next thing, before it hears of it; then it is back."""
        died = asyncio.Event()

        async def die() -> None:
            self._stripe.done = None
            self.kill()
            died.set()

        self._stripe.done = die
        yield
        await died.wait()
        await self.start()


async def with_card(node: PayingNode, stripe: StandIn, number: int) -> str:
    """A user who has saved a card."""
    user = User(email=f"u{number}@example.org", payment_preference=User.EXTERNAL)
    await made(node.api.users.CreateUser, CreateUserRequest(user_id=f"u{number}", user=user))
    name = f"users/u{number}"
    await made(node.api.user_actions.SavePaymentMethod, SavePaymentMethodRequest(name=name))
    stripe.account.set_up(list(stripe.account.setups.values())[-1], "pm_good")
    assert set(await stripe.notify(node.notices_url)) == {200}
    return name


async def payment_of(node: Node, user: str) -> Transaction:
    listed = ListTransactionsRequest(user=user)
    (payment,) = (await made(node.api.transactions.ListTransactions, listed)).transactions
    told: Transaction = payment
    return told


async def until(holds: Callable[[], Awaitable[bool]]) -> None:
    while not await holds():  # noqa: ASYNC110 - another process sets no event
        await asyncio.sleep(0.1)


async def ignored(call: Awaitable[Any]) -> None:
    """Whoever calls a server that dies hears nothing."""
    await asyncio.gather(call, return_exceptions=True)


@pytest.mark.parametrize(
    ("rounds", "seconds"),
    [(1, 110), pytest.param(20, 900, marks=[pytest.mark.soak, pytest.mark.timeout(960)])],
)
async def test_nothing_is_charged_or_given_back_twice(
    tmp_path: Path, database_url: str, rounds: int, seconds: float
) -> None:
    async with (
        asyncio.timeout(seconds),
        serving() as stripe,
        started(PayingNode(tmp_path, database_url, stripe)) as node,
    ):
        plan = SubscriptionPlan(
            display_name="Plan",
            billing=SubscriptionPlan.PREPAID,
            renewal_cycle=SubscriptionPlan.MONTHLY,
            base_fee=euros(FEE),
        )
        asked = CreateSubscriptionPlanRequest(subscription_plan=plan, subscription_plan_id="p")
        await made(node.api.subscription_plans.CreateSubscriptionPlan, asked)
        for number in range(rounds):
            await a_round(node, stripe, await with_card(node, stripe, number))
            back = sum(each["amount"] for each in stripe.account.refunds.values())
            assert (stripe.account.taken(), back) == (0, FEE * (number + 1))
        assert await node.stop() == 0


async def a_round(node: PayingNode, stripe: StandIn, user: str) -> None:
    """A fee is charged, and given back; the server dies after both."""
    async with node.dying():
        activate = ActivateSubscriptionRequest(name=user, plan=PLAN)
        await ignored(made(node.api.user_actions.ActivateSubscription, activate))

    async def is_paid() -> bool:
        return (await payment_of(node, user)).state == Transaction.FINALIZED

    await until(is_paid)
    assert stripe.account.taken() == FEE
    payment = (await payment_of(node, user)).name
    async with node.dying():
        await ignored(made(node.api.transactions.RefundTransaction, Refund(name=payment)))

    async def is_given_back() -> bool:
        return (await payment_of(node, user)).state == Transaction.REFUNDED

    await until(is_given_back)
