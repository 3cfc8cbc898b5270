"""A subscription plan, from its message to the domain's value."""

from ampline.v1 import subscription_plan_pb2 as pb
from server.domain.money import Money
from server.domain.subscriptions import Allowance, Billing, Cycle, Left, Plan
from server.resources.tariff_terms import decimal

_ENABLED = pb.SubscriptionPlan.ENABLED


def to_domain(message: pb.SubscriptionPlan) -> Plan:
    """The plan's terms."""
    fee, threshold = message.base_fee, message.usage_threshold
    return Plan(
        Billing(message.billing),
        Cycle(message.renewal_cycle),
        Money.from_parts(fee.currency_code, fee.units, fee.nanos),
        decimal(message.tax_percent),
        message.price_includes_tax,
        message.free_renewal_periods,
        _allowance(message.energy_allowance) if message.HasField("energy_allowance") else None,
        Money.from_parts(threshold.currency_code, threshold.units, threshold.nanos)
        if message.HasField("usage_threshold")
        else None,
        message.state == _ENABLED,
        frozenset(message.visible_to_user_groups),
        frozenset(message.visible_to_partners),
    )


def _allowance(message: pb.SubscriptionPlan.EnergyAllowance) -> Allowance:
    reset = Cycle(message.reset_cycle) if message.reset_cycle else None
    if message.kind == pb.SubscriptionPlan.EnergyAllowance.COMBINED:
        return Allowance(Left(combined=message.energy_wh), reset)
    return Allowance(Left(ac=message.ac_energy_wh, dc=message.dc_energy_wh), reset)
