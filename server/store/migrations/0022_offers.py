"""Subscription plans, subscriptions, vouchers."""

from peewee import (
    BigIntegerField,
    BlobField,
    BooleanField,
    Database,
    IntegerField,
    SmallIntegerField,
    TextField,
)
from playhouse.migrate import SchemaMigrator

from server.store.migrations.initial.base import Resource


class SubscriptionPlan(Resource):
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
    state = SmallIntegerField(index=True)
    replacement_plan = TextField(null=True, index=True)
    search_text = TextField()


class Subscription(Resource):
    plan = TextField()
    user = TextField()
    state = SmallIntegerField(index=True)
    start_time = BigIntegerField()
    end_time = BigIntegerField(null=True)
    auto_renew = BooleanField()
    period_count = IntegerField()
    next_renewal_time = BigIntegerField(null=True, index=True)
    remaining_energy_wh = BigIntegerField(null=True)
    remaining_ac_energy_wh = BigIntegerField(null=True)
    remaining_dc_energy_wh = BigIntegerField(null=True)
    next_reset_time = BigIntegerField(null=True, index=True)

    class Meta:
        indexes = ((("plan", "state"), False), (("user", "state"), False))


class Voucher(Resource):
    code = TextField(index=True)
    code_key = TextField(unique=True)
    amount_micros = BigIntegerField()
    currency = TextField(index=True)
    max_uses = IntegerField()
    use_count = IntegerField()
    start_time = BigIntegerField(null=True)
    end_time = BigIntegerField(null=True, index=True)
    user_group = TextField(null=True, index=True)
    description = TextField(null=True)


TABLES = [SubscriptionPlan, Subscription, Voucher]


def up(migrator: SchemaMigrator, database: Database) -> None:
    """Makes the tables; a user knows the subscription in force."""
    with database.bind_ctx(TABLES):
        database.create_tables(TABLES)
    migrator.migrate(migrator.add_column("user", "active_subscription", TextField(null=True)))
