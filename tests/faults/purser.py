"""A client that moves money of users in every way there is, and calls again without an answer."""

import random
from collections import Counter
from collections.abc import Callable
from typing import Any

import grpc

from ampline.services import Services
from ampline.v1 import user_action_pb2 as pb
from ampline.v1.subscription_plan_pb2 import CreateSubscriptionPlanRequest, SubscriptionPlan
from ampline.v1.user_pb2 import AddBalanceRequest
from ampline.v1.voucher_pb2 import CreateVoucherRequest, Voucher
from tests.faults.acknowledged import Acknowledged
from tests.faults.network import euros, made
from tests.faults.node import Node
from tests.faults.treasurer import Treasurer

VOUCHER, PLAN = "STORM", "subscriptionPlans/storm"
VOUCHER_CENTS, VOUCHER_USES, PLAN_CENTS = 700, 3, 900


async def make_offers(node: Node) -> None:
    """A voucher and a plan that everybody may have."""
    voucher = Voucher(code=VOUCHER, amount=euros(VOUCHER_CENTS), max_uses=VOUCHER_USES)
    await made(node.api.vouchers.CreateVoucher, CreateVoucherRequest(voucher=voucher))
    plan = SubscriptionPlan(
        display_name="Storm",
        billing=SubscriptionPlan.PREPAID,
        renewal_cycle=SubscriptionPlan.MONTHLY,
        base_fee=euros(PLAN_CENTS),
    )
    request = CreateSubscriptionPlanRequest(
        subscription_plan=plan, subscription_plan_id=PLAN.rpartition("/")[2]
    )
    await made(node.api.subscription_plans.CreateSubscriptionPlan, request)


class Purser(Treasurer):
    """Does one thing after the other, each with a request_id of its own; remembers the entries
    that it was told of, and of how many calls the refusal."""

    def __init__(
        self, node: Node, known: Acknowledged, drivers: int, chance: random.Random
    ) -> None:
        super().__init__(node, known, "purser", drivers, chance)
        self.entries: list[str] = []
        self.refusals: Counter[str] = Counter()

    async def work(self) -> None:
        """Works until it is enough."""
        ways = (self.move, self.move, self.fee, self.fee, self.voucher, self.subscribe, self.cancel)
        while not self._known.enough.is_set():
            await self._chance.choice(ways)()
            self._known.one_more()

    async def move(self) -> None:
        """Adds to a balance, or takes from it."""
        cents = self._chance.choice((1, 250, 1_000, -3, -400, -20_000))
        request = AddBalanceRequest(amount=euros(cents))
        await self._entry(lambda api: api.users.AddBalance, request)

    async def fee(self) -> None:
        """Takes a fee."""
        request = pb.ApplyCustomFeeRequest(amount=euros(self._chance.choice((5, 300, 9_000))))
        await self._entry(lambda api: api.user_actions.ApplyCustomFee, request)

    async def voucher(self) -> None:
        """Uses the voucher."""
        request = pb.RedeemVoucherRequest(code=VOUCHER)
        await self._entry(lambda api: api.user_actions.RedeemVoucher, request)

    async def subscribe(self) -> None:
        """Begins a subscription."""
        request = pb.ActivateSubscriptionRequest(plan=PLAN)
        await self._call(lambda api: api.user_actions.ActivateSubscription, request)

    async def cancel(self) -> None:
        """Ends one."""
        request = pb.CancelSubscriptionRequest()
        await self._call(lambda api: api.user_actions.CancelSubscription, request)

    async def _entry(self, method: Callable[[Services], Any], request: Any) -> None:
        answer = await self._call(method, request)
        if answer is not None:
            self.entries.append(answer.balance_entry.name)

    async def _call(self, method: Callable[[Services], Any], request: Any) -> Any:
        request.name = f"users/u{self._chance.randrange(self._drivers)}"
        request.request_id = self._request_id()
        try:
            return await self._twice(method, request)
        except grpc.aio.AioRpcError as error:
            if error.code() is not grpc.StatusCode.FAILED_PRECONDITION:
                raise
            self.refusals[str(error.details()).split(" ", maxsplit=1)[0]] += 1
            return None
