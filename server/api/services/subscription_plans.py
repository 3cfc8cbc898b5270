"""Subscription plans."""

from typing import Any

from ampline.v1 import subscription_plan_pb2 as pb
from ampline.v1.subscription_plan_pb2_grpc import SubscriptionPlanServiceServicer
from server.api import references
from server.api.changes import Particulars
from server.api.crud import Crud
from server.api.filters import NAMES, at_least, contains
from server.api.lanes import Call, writing
from server.resources.subscription_plans import MAPPING, faults_of
from server.store.unit import Unit
from server.work.subscriptions import replacements

subscription_plans = Crud(
    MAPPING,
    pb.ListSubscriptionPlansRequest,
    pb.ListSubscriptionPlansResponse,
    orders=("create_time", "display_name", "update_time"),
    filters={
        "text": contains("search_text"),
        "visible_to_user_group": NAMES,
        "visible_to_partner": NAMES,
        "updated_since": at_least("update_time"),
    },
    particulars=Particulars(faults=faults_of),
)


_REPLACED = ("replacement_plan", "state")


class SubscriptionPlanService(SubscriptionPlanServiceServicer):
    """Keeps subscription plans."""

    GetSubscriptionPlan = subscription_plans.get
    ListSubscriptionPlans = subscription_plans.list
    CreateSubscriptionPlan = subscription_plans.create
    UpdateSubscriptionPlan = subscription_plans.update
    DeleteSubscriptionPlan = subscription_plans.delete

    @writing
    def ReplaceSubscriptionPlan(
        self, request: Any, call: Call, unit: Unit
    ) -> pb.ReplaceSubscriptionPlanResponse:
        """Puts another plan in the place of one."""
        subscription_plans.find(unit, request.name, call.caller)
        references.check(unit, request, ("replacement_plan",), "", call.caller.partner)
        replacements.require_fit(unit, request.name, request.replacement_plan)
        given = pb.SubscriptionPlan(
            replacement_plan=request.replacement_plan, state=pb.SubscriptionPlan.DISABLED
        )
        plan = subscription_plans.revise(request, call, unit, request.name, _REPLACED, given)
        return pb.ReplaceSubscriptionPlanResponse(
            subscription_plan=pb.SubscriptionPlan.FromString(plan),
            subscription_count=replacements.subscribed(unit, request.name),
        )
