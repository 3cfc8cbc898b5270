"""Subscription plans."""

from ampline.v1 import subscription_plan_pb2 as pb
from ampline.v1.subscription_plan_pb2_grpc import SubscriptionPlanServiceServicer
from server.api.changes import Particulars
from server.api.crud import Crud
from server.api.filters import NAMES, at_least, contains
from server.resources.subscription_plans import MAPPING, faults_of

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


class SubscriptionPlanService(SubscriptionPlanServiceServicer):
    """Keeps subscription plans."""

    GetSubscriptionPlan = subscription_plans.get
    ListSubscriptionPlans = subscription_plans.list
    CreateSubscriptionPlan = subscription_plans.create
    UpdateSubscriptionPlan = subscription_plans.update
    DeleteSubscriptionPlan = subscription_plans.delete
