"""Subscription plans: the list, the form with what is included, and the page of each."""

from flask import Blueprint, render_template, url_for

from ampline.v1.subscription_pb2 import ListSubscriptionsRequest
from ampline.v1.subscription_plan_pb2 import (
    GetSubscriptionPlanRequest,
    ListSubscriptionPlansRequest,
    ReplaceSubscriptionPlanRequest,
    SubscriptionPlan,
)
from portal.action_form import Action, run_action
from portal.auth import api
from portal.choices import one_of
from portal.forms import Field, Form
from portal.kinds import Exact, Flag, Money, Reference, References, Text, Texts, Whole
from portal.language import _, lazy, ngettext
from portal.listing import asked, choice, search
from portal.lookups import plan_title
from portal.resource_form import Editor, Page

room = Blueprint("subscription_plans", __name__, url_prefix="/subscription-plans")

KILO = 1000
FILTERS = (
    search(placeholder=lazy("Name")),
    choice("state", lazy("State"), one_of("plan_state", empty=lazy("Any"))),
    Field(
        "visible_to_user_group",
        lazy("For"),
        Reference("user-groups"),
        placeholder=lazy("Any group"),
    ),
)
ID = Field(
    "subscription_plan_id",
    lazy("Id"),
    Text(),
    lazy("Empty: one is made. It cannot be changed later."),
)
FIELDS = (
    Field("display_name", lazy("Name"), Text(), required=True, placeholder=lazy("Commuter")),
    Field("state", lazy("State"), one_of("plan_state"), assumed="ENABLED"),
    Field("external_id", lazy("Your own id"), Text()),
    Field("description", lazy("What drivers read, in English"), Texts(), wide=True),
    Field("base_fee", lazy("Fee of each period"), Money(), required=True, placeholder="9.90"),
    Field("base_fee.currency_code", lazy("Currency"), Text(), required=True, assumed="EUR"),
    Field("tax_percent", lazy("Tax on it"), Exact(), unit="%"),
    Field("price_includes_tax", lazy("The fee includes the tax"), Flag()),
    Field("billing", lazy("A period is paid"), one_of("plan_billing"), assumed="PREPAID"),
    Field("renewal_cycle", lazy("It is renewed"), one_of("plan_cycle"), assumed="MONTHLY"),
    Field("free_renewal_periods", lazy("First periods without a fee"), Whole(), placeholder="0"),
    Field(
        "usage_threshold",
        lazy("A use of this much is billed at once"),
        Money(),
        lazy("Where one pays afterwards. Empty: with the period."),
    ),
    Field(
        "energy_allowance.kind",
        lazy("Energy included"),
        one_of("allowance_kind", empty=lazy("None")),
    ),
    Field("energy_allowance.energy_wh", lazy("AC or DC"), Whole(factor=KILO), unit="kWh"),
    Field("energy_allowance.ac_energy_wh", lazy("At AC"), Whole(factor=KILO), unit="kWh"),
    Field("energy_allowance.dc_energy_wh", lazy("At DC"), Whole(factor=KILO), unit="kWh"),
    Field(
        "energy_allowance.reset_cycle",
        lazy("It begins anew"),
        one_of("plan_cycle", empty=lazy("With every renewal")),
        lazy("What is left lapses then."),
    ),
    Field(
        "visible_to_user_groups",
        lazy("Only for members of"),
        References("user-groups"),
        lazy("None: for everybody."),
    ),
    Field(
        "visible_to_partners",
        lazy("Only for users of"),
        References("partners"),
        lazy("None: of anybody."),
    ),
    Field("partner", lazy("Partner"), Reference("partners"), lazy("Whose it is. Empty: yours.")),
)

Editor(
    room=room,
    collection="subscriptionPlans",
    resource=SubscriptionPlan,
    service=lambda api: api.subscription_plans,
    fields=FIELDS,
    id_field=ID,
    currency="base_fee.currency_code",
    permission="SET_PRICES",
    deletes=lazy("One that was ever subscribed to cannot be deleted; replace it instead."),
).add_pages()


@room.get("")
def index() -> str:
    listing, filters = asked(ListSubscriptionPlansRequest(order_by="display_name"), FILTERS)
    answer = api().subscription_plans.ListSubscriptionPlans(listing)
    items = answer.subscription_plans
    return render_template(
        "subscription_plans/index.html", answer=answer, items=items, filters=filters
    )


@room.get("/<key>")
def page(key: str) -> str:
    name = f"subscriptionPlans/{key}"
    subscribers, _ = asked(ListSubscriptionsRequest(plan=name), ())
    wanted = GetSubscriptionPlanRequest(name=name)
    return render_template(
        "subscription_plans/page.html",
        plan=api().subscription_plans.GetSubscriptionPlan(wanted),
        subscribers=api().subscriptions.ListSubscriptions(subscribers),
    )


@room.route("/<key>/replace", methods=["GET", "POST"])
def replace(key: str) -> Page:
    def run(form: Form, request_id: str) -> str:
        wanted = ReplaceSubscriptionPlanRequest(
            name=f"subscriptionPlans/{key}", request_id=request_id
        )
        form.into(wanted)
        told = api().subscription_plans.ReplaceSubscriptionPlan(wanted)
        new = plan_title(told.subscription_plan.replacement_plan)
        return ngettext(
            "Done. %(num)s subscription renews into %(plan)s.",
            "Done. %(num)s subscriptions renew into %(plan)s.",
            told.subscription_count,
            plan=new,
        )

    other = Field("replacement_plan", _("By"), Reference("subscription-plans"), required=True)
    text = _(
        "Nobody can subscribe to it any more. Subscriptions that there are go on until they are"
        " renewed; then they are to the other plan."
    )
    action = Action(_("Replace the plan"), _("Replace it"), run, text, (other,))
    return run_action(action, url_for(".page", key=key))
