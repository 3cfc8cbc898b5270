"""Subscriptions."""

from ampline.v1.subscription_pb2 import Subscription
from server.resources.mapping import Mapping
from server.store import models

MAPPING = Mapping(Subscription, models.Subscription)
