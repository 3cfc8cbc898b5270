"""Variables of OCPP 2.x beside the keys of 1.6, and how far each configuration was read."""

from peewee import (
    BigIntegerField,
    BlobField,
    BooleanField,
    CompositeKey,
    Database,
    IntegerField,
    Model,
    SmallIntegerField,
    TextField,
)
from playhouse.migrate import SchemaMigrator


class DeviceReport(Model):
    charge_point = TextField()
    number = IntegerField()
    whole = BooleanField()
    begin_time = BigIntegerField()
    next_part = IntegerField()
    setting_count = IntegerField()
    changed_count = IntegerField()

    class Meta:
        legacy_table_names = False
        primary_key = CompositeKey("charge_point", "number")


def up(migrator: SchemaMigrator, database: Database) -> None:
    """Adds the columns, and makes the table of reports that are under way."""
    migrator.migrate(
        migrator.add_column("configuration_key", "component_instance", TextField(null=True)),
        migrator.add_column("configuration_key", "connector", IntegerField(null=True)),
        migrator.add_column("configuration_key", "attribute", SmallIntegerField(null=True)),
        migrator.add_column("configuration_key", "characteristics", BlobField(null=True)),
        migrator.add_column("charge_point", "configuration_reading", SmallIntegerField(null=True)),
        migrator.add_column("charge_point", "configuration_firmware", TextField(null=True)),
        migrator.add_column("charge_point", "configuration_attempts", SmallIntegerField(null=True)),
        migrator.add_column("charge_point", "configuration_read_time", BigIntegerField(null=True)),
    )
    with database.bind_ctx([DeviceReport]):
        database.create_tables([DeviceReport])
