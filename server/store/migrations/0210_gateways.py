"""Payments that a gateway of the platform's sees to, and what is still asked of it."""

from peewee import (
    BigAutoField,
    BigIntegerField,
    BlobField,
    BooleanField,
    Database,
    IntegerField,
    Model,
    SmallIntegerField,
    TextField,
)
from playhouse.migrate import SchemaMigrator


class GatewayStep(Model):
    number = BigAutoField()
    payment = TextField(index=True)
    kind = SmallIntegerField()
    key = TextField(unique=True)
    amount_micros = BigIntegerField(null=True)
    reason = TextField(null=True)
    round = IntegerField()
    tries = IntegerField()
    first_time = BigIntegerField(null=True)
    due_time = BigIntegerField(index=True)

    class Meta:
        legacy_table_names = False


class GatewayNotice(Model):
    name = TextField(primary_key=True)
    create_time = BigIntegerField(index=True)

    class Meta:
        legacy_table_names = False


_OF_PAYMENTS = {
    "through_gateway": BooleanField(null=True),
    "preauthorizes": BooleanField(null=True),
    "authorized_micros": BigIntegerField(null=True),
    "refunded_micros": BigIntegerField(null=True),
}
_OF_USERS = {
    "saved_payment_method": BlobField(null=True),
    "gateway_customer": TextField(null=True),
    "gateway_method": TextField(null=True),
}


def up(migrator: SchemaMigrator, database: Database) -> None:
    """Makes the tables, and adds the columns."""
    with database.bind_ctx([GatewayStep, GatewayNotice]):
        database.create_tables([GatewayStep, GatewayNotice])
    migrator.migrate(
        *(migrator.add_column("transaction", *column) for column in _OF_PAYMENTS.items()),
        *(migrator.add_column("user", *column) for column in _OF_USERS.items()),
    )
