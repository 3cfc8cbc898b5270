"""Subscriptions: who has subscribed to what, and how it stands with each."""

from flask import Blueprint, render_template

from ampline.v1.subscription_pb2 import GetSubscriptionRequest, ListSubscriptionsRequest
from ampline.v1.transaction_pb2 import ListTransactionsRequest
from portal.auth import api
from portal.choices import one_of
from portal.forms import Field
from portal.kinds import Reference
from portal.language import lazy
from portal.listing import asked, choice, if_seen
from portal.lookups import plan
from portal.time_kinds import Moment
from portal.zones import zoned

room = Blueprint("subscriptions", __name__, url_prefix="/subscriptions")

PAYMENTS_SHOWN = 12
FILTERS = (
    choice("state", lazy("State"), one_of("subscription_state", empty=lazy("Any"))),
    Field("plan", lazy("Plan"), Reference("subscription-plans"), placeholder=lazy("Any")),
    Field("user", lazy("User"), Reference("users"), placeholder=lazy("Any")),
    Field("renewed_before", zoned("Renewed before (%(zone)s)"), Moment()),
)


@room.get("")
def index() -> str:
    listing, filters = asked(ListSubscriptionsRequest(), FILTERS)
    answer = api().subscriptions.ListSubscriptions(listing)
    return render_template(
        "subscriptions/index.html", answer=answer, items=answer.subscriptions, filters=filters
    )


@room.get("/<key>")
def page(key: str) -> str:
    name = f"subscriptions/{key}"
    subscription = api().subscriptions.GetSubscription(GetSubscriptionRequest(name=name))
    payments = ListTransactionsRequest(purchased_resource=name, page_size=PAYMENTS_SHOWN)
    return render_template(
        "subscriptions/page.html",
        subscription=subscription,
        plan=plan(subscription.plan),
        transactions=if_seen(payments),
    )
