"""Subscription plans, subscriptions, vouchers."""

from peewee import (
    BigIntegerField,
    BlobField,
    BooleanField,
    IntegerField,
    SmallIntegerField,
    TextField,
)

from server.store.models.base import Resource, listed_by, ordered_by


class SubscriptionPlan(Resource):
    """What a driver can subscribe to."""

    display_name = TextField(index=True)
    description = BlobField(null=True)
    billing = SmallIntegerField()
    renewal_cycle = SmallIntegerField()
    base_fee = BlobField(null=True)
    tax_percent = BlobField(null=True)
    price_includes_tax = BooleanField(null=True)
    free_renewal_periods = IntegerField(null=True)
    energy_allowance = BlobField(null=True)
    usage_threshold = BlobField(null=True)
    visible_to_user_groups = BlobField(null=True)
    visible_to_partners = BlobField(null=True)
    state = SmallIntegerField(default=1, index=True)
    replacement_plan = TextField(null=True, index=True)
    search_text = TextField(default="")


class Subscription(Resource):
    """What a driver has subscribed to; made and changed by actions alone."""

    external_id = TextField(null=True)
    plan = TextField()
    user = TextField()
    state = SmallIntegerField()
    start_time = BigIntegerField()
    end_time = BigIntegerField(null=True)
    auto_renew = BooleanField(default=False)
    period_count = IntegerField(default=0)
    next_renewal_time = BigIntegerField(null=True)
    remaining_energy_wh = BigIntegerField(null=True)
    remaining_ac_energy_wh = BigIntegerField(null=True)
    remaining_dc_energy_wh = BigIntegerField(null=True)
    next_reset_time = BigIntegerField(null=True, index=True)
    period_start = BigIntegerField(null=True)  # of the period that runs
    due_time = BigIntegerField(null=True, index=True)  # when the clock looks after it
    failures = IntegerField(null=True)  # in a row, to pay what was due

    class Meta:
        """Lists by what they are filtered by."""

        indexes = (
            *listed_by("plan", "user", "state", "partner", "external_id"),
            *ordered_by("next_renewal_time"),
        )


class Voucher(Resource):
    """A code that is worth money. `code_key` is the code in lower case; amounts are of each use."""

    external_id = TextField(null=True)
    code = TextField(index=True)
    code_key = TextField(unique=True)
    amount_micros = BigIntegerField()
    currency = TextField()
    max_uses = IntegerField(default=1)
    use_count = IntegerField(default=0)
    start_time = BigIntegerField(null=True)
    end_time = BigIntegerField(null=True)
    user_group = TextField(null=True)
    description = TextField(null=True)

    class Meta:
        """Lists by what they are filtered by."""

        indexes = (
            *listed_by("user_group", "currency", "partner", "external_id"),
            *ordered_by("end_time"),
        )
