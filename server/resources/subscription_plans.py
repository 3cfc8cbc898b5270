"""Subscription plans, and what can be wrong with them beyond the rules in their proto."""

from collections.abc import Iterator

from google.type.money_pb2 import Money

from ampline.v1.subscription_plan_pb2 import SubscriptionPlan
from server.resources.mapping import Mapping
from server.resources.number_faults import decimal_fault, payable_fault
from server.resources.search import fold
from server.store import models

Faults = Iterator[tuple[str, str]]
_Allowance = SubscriptionPlan.EnergyAllowance
_AMOUNTS = {
    _Allowance.COMBINED: {"energy_wh"},
    _Allowance.AC_AND_DC_APART: {"ac_energy_wh", "dc_energy_wh"},
}
"""What of an allowance is said, by its kind."""

MAPPING = Mapping(
    SubscriptionPlan,
    models.SubscriptionPlan,
    derived={"search_text": lambda plan: fold(plan.display_name)},
)


def faults_of(plan: SubscriptionPlan) -> dict[str, str]:
    """Every fault of the plan, by path."""
    faults = dict(_money_faults(plan))
    if plan.HasField("tax_percent") and (fault := decimal_fault(plan.tax_percent, 0, 100)):
        faults["tax_percent"] = fault
    if plan.HasField("energy_allowance"):
        faults |= dict(_allowance_faults(plan.energy_allowance))
    if plan.replacement_plan and plan.replacement_plan == plan.name:
        faults["replacement_plan"] = "must be another plan"
    return faults


def _money_faults(plan: SubscriptionPlan) -> Faults:
    currency = plan.base_fee.currency_code or "some currency"
    amounts: dict[str, Money] = {"base_fee": plan.base_fee, "usage_threshold": plan.usage_threshold}
    for name, amount in amounts.items():
        fault = payable_fault(amount, currency) if plan.HasField(name) else None  # type: ignore[arg-type]
        if fault:
            yield name, fault
    if plan.HasField("usage_threshold") and plan.billing == SubscriptionPlan.PREPAID:
        yield "usage_threshold", "is for POSTPAID plans alone"


def _allowance_faults(allowance: SubscriptionPlan.EnergyAllowance) -> Faults:
    wanted = _AMOUNTS.get(allowance.kind)
    if wanted is None:
        return
    for name in set().union(*_AMOUNTS.values()):
        given = allowance.HasField(name)  # type: ignore[arg-type] # they are its fields
        if given != (name in wanted):
            kind = _Allowance.Kind.Name(allowance.kind)
            problem = f"is not for {kind}" if given else f"is required for {kind}"
            yield f"energy_allowance.{name}", problem
