"""Charge points' history, their configuration, their charging profiles."""

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


class StatusLogEntry(Model):
    number = BigAutoField()
    charge_point = TextField()
    kind = SmallIntegerField()
    time = BigIntegerField()
    record_time = BigIntegerField(index=True)
    old_status = SmallIntegerField()
    status = SmallIntegerField()
    reason = TextField(null=True)
    evse = TextField(null=True)
    connector = IntegerField(null=True)
    error_code = TextField(null=True)
    error_info = TextField(null=True)
    vendor_id = TextField(null=True)
    vendor_error_code = TextField(null=True)

    class Meta:
        legacy_table_names = False
        indexes = ((("charge_point", "time", "number"), False),)


class ConfigurationKey(Model):
    name = TextField(primary_key=True)
    charge_point = TextField()
    key = TextField()
    value = TextField(null=True)
    is_secret = BooleanField()
    readonly = BooleanField()
    mutability = SmallIntegerField(null=True)
    component = TextField(null=True)
    instance = TextField(null=True)
    evse = IntegerField(null=True)
    report_time = BigIntegerField()

    class Meta:
        legacy_table_names = False
        indexes = ((("charge_point", "key", "name"), False),)


class ChargingProfile(Model):
    name = TextField(primary_key=True)
    charge_point = TextField()
    profile_id = IntegerField()
    evse = IntegerField()
    stack_level = IntegerField()
    purpose = SmallIntegerField()
    kind = SmallIntegerField()
    recurrency = SmallIntegerField(null=True)
    valid_from = BigIntegerField(null=True)
    valid_until = BigIntegerField(null=True)
    session = TextField(null=True, index=True)
    ocpp_transaction_id = TextField(null=True)
    schedule = BlobField(null=True)
    source = SmallIntegerField(null=True)
    install_time = BigIntegerField()

    class Meta:
        legacy_table_names = False
        indexes = (
            (("charge_point", "profile_id"), True),
            (("charge_point", "evse", "profile_id"), False),
        )


TABLES = [StatusLogEntry, ConfigurationKey, ChargingProfile]


def up(_: SchemaMigrator, database: Database) -> None:
    """Makes the tables."""
    with database.bind_ctx(TABLES):
        database.create_tables(TABLES)
