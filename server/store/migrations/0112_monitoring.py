"""What chargers of OCPP 2.x watch, and what they tell of it."""

from peewee import (
    BigAutoField,
    BigIntegerField,
    BlobField,
    BooleanField,
    Database,
    DoubleField,
    IntegerField,
    Model,
    SmallIntegerField,
    TextField,
)
from playhouse.migrate import SchemaMigrator


class VariableMonitor(Model):
    name = TextField(primary_key=True)
    charge_point = TextField()
    monitor_id = IntegerField()
    setting = BlobField()
    kind = SmallIntegerField(null=True)
    value = DoubleField()
    severity = SmallIntegerField()
    during_transaction = BooleanField()
    report_time = BigIntegerField()

    class Meta:
        legacy_table_names = False
        indexes = ((("charge_point", "monitor_id"), True),)


class DeviceEvent(Model):
    number = BigAutoField()
    charge_point = TextField()
    time = BigIntegerField()
    record_time = BigIntegerField(index=True)
    setting = BlobField()
    value = TextField(null=True)
    trigger = SmallIntegerField(null=True)
    kind = SmallIntegerField(null=True)
    event_id = IntegerField(null=True)
    cause = IntegerField(null=True)
    tech_code = TextField(null=True)
    tech_info = TextField(null=True)
    cleared = BooleanField(null=True)
    ocpp_transaction_id = TextField(null=True)
    monitor_id = IntegerField(null=True)
    severity = SmallIntegerField(null=True)

    class Meta:
        legacy_table_names = False
        indexes = ((("charge_point", "time", "number"), False),)


TABLES = [VariableMonitor, DeviceEvent]


def up(_: SchemaMigrator, database: Database) -> None:
    """Makes the tables."""
    with database.bind_ctx(TABLES):
        database.create_tables(TABLES)
