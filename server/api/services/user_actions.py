"""What one can do for a driver's purse."""

from typing import Any

from google.protobuf.timestamp_pb2 import Timestamp

from ampline.v1 import user_action_pb2 as pb
from ampline.v1.user_action_pb2_grpc import UserActionServiceServicer
from server.api import references
from server.api.amounts import payable_told
from server.api.lanes import Call, acting, writing
from server.api.services.payment_pages import page_message
from server.api.services.users import users
from server.resources.users import MAPPING
from server.store.ids import new_id
from server.store.lane import WriteLane
from server.store.unit import Unit
from server.work.gateways.carrying import Gateways
from server.work.money import fees, payers, saved_methods, subscription_rows, vouchers
from server.work.sessions import unpaid
from server.work.subscriptions import activation

_AT_PERIOD_END = pb.CancelSubscriptionRequest.AT_PERIOD_END


class UserActionService(UserActionServiceServicer):
    """Moves money of users, and begins and ends their subscriptions."""

    def __init__(self, lane: WriteLane, gateways: Gateways) -> None:
        self._lane = lane
        self._gateways = gateways

    @writing
    def ApplyCustomFee(self, request: Any, call: Call, unit: Unit) -> pb.ApplyCustomFeeResponse:
        """Takes a fee from a balance."""
        row = users.find(unit, request.name, call.caller, lock=True)
        amount = payable_told(request.amount)
        cause = f"applyCustomFee/{call.caller.principal}/{request.request_id or new_id()}"
        taken = fees.apply(unit, request.name, row[-1], amount, cause, request.description or None)
        return pb.ApplyCustomFeeResponse(
            user=_user(unit, request, call),
            balance_entry=taken.entry,
            transaction=taken.transaction,
        )

    @writing
    def RedeemVoucher(self, request: Any, call: Call, unit: Unit) -> pb.RedeemVoucherResponse:
        """Uses a voucher."""
        users.find(unit, request.name, call.caller, lock=True)
        who = payers.payer(unit, request.name)
        redeemed = vouchers.redeem(unit, who.name, who.partner, who.in_groups, request.code)
        return pb.RedeemVoucherResponse(
            user=_user(unit, request, call),
            balance_entry=redeemed.entry,
            voucher=redeemed.voucher,
        )

    @writing
    def ActivateSubscription(
        self, request: Any, call: Call, unit: Unit
    ) -> pb.ActivateSubscriptionResponse:
        """Subscribes a user to a plan."""
        users.find(unit, request.name, call.caller, lock=True)
        references.check(unit, request, ("plan",), "", call.caller.partner)
        wanted = activation.Wanted(
            request.name,
            request.plan,
            _us(request.start_time) if request.HasField("start_time") else None,
            _us(request.end_time) if request.HasField("end_time") else None,
            request.auto_renew if request.HasField("auto_renew") else True,
        )
        name = activation.activate(unit, wanted)
        return pb.ActivateSubscriptionResponse(
            subscription=subscription_rows.read(unit, name), user=_user(unit, request, call)
        )

    @writing
    def CancelSubscription(
        self, request: Any, call: Call, unit: Unit
    ) -> pb.CancelSubscriptionResponse:
        """Ends a user's subscription."""
        users.find(unit, request.name, call.caller, lock=True)
        at_period_end = request.when == _AT_PERIOD_END
        name = activation.cancel(
            unit, request.name, at_period_end=at_period_end, reason=request.reason
        )
        return pb.CancelSubscriptionResponse(
            subscription=subscription_rows.read(unit, name), user=_user(unit, request, call)
        )

    @acting
    async def SavePaymentMethod(self, request: Any, call: Call) -> pb.SavePaymentMethodResponse:
        """Has the gateway ask the user for a card."""
        await self._lane.write(lambda unit: users.find(unit, request.name, call.caller))
        key = f"{request.name}/{call.caller.principal}/{request.request_id or new_id()}"
        try:
            url = request.payment_page.return_url or None
            page = await self._gateways.set_up(request.name, url, key)
        except OSError as error:
            raise unpaid.unreachable(request.name, error) from error
        return pb.SavePaymentMethodResponse(payment_page=page_message(page))

    @writing
    def RemovePaymentMethod(
        self, request: Any, call: Call, unit: Unit
    ) -> pb.RemovePaymentMethodResponse:
        """Has what was saved forgotten."""
        users.find(unit, request.name, call.caller, lock=True)
        saved_methods.remove(unit, request.name)
        return pb.RemovePaymentMethodResponse(user=_user(unit, request, call))


def _user(unit: Unit, request: Any, call: Call) -> Any:
    return MAPPING.to_message(users.find(unit, request.name, call.caller))


def _us(time: Timestamp) -> int:
    return time.seconds * 1_000_000 + time.nanos // 1000
