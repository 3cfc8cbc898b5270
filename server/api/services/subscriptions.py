"""Subscriptions: read only."""

from ampline.v1 import subscription_pb2 as pb
from ampline.v1.subscription_pb2_grpc import SubscriptionServiceServicer
from server.api.filters import at_least, before
from server.api.shown import Shown
from server.resources.subscriptions import MAPPING

subscriptions = Shown(
    MAPPING,
    pb.ListSubscriptionsRequest,
    pb.ListSubscriptionsResponse,
    orders=("create_time desc", "next_renewal_time", "update_time"),
    filters={
        "renewed_before": before("next_renewal_time"),
        "updated_since": at_least("update_time"),
    },
)


class SubscriptionService(SubscriptionServiceServicer):
    """Shows subscriptions."""

    GetSubscription = subscriptions.get
    ListSubscriptions = subscriptions.list
