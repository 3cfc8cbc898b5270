"""Steps of transactions, as OCPP 2.x tells of them."""

from peewee import (
    BigAutoField,
    BigIntegerField,
    BlobField,
    Database,
    IntegerField,
    Model,
    SmallIntegerField,
    TextField,
)
from playhouse.migrate import SchemaMigrator


class EarlyStep(Model):
    number = BigAutoField()
    charge_point = TextField()
    transaction_id = TextField()
    step_number = IntegerField()
    kind = SmallIntegerField()
    evse = IntegerField(null=True)
    record_time = BigIntegerField()
    body = BlobField()

    class Meta:
        legacy_table_names = False
        indexes = ((("charge_point", "transaction_id", "step_number", "kind"), True),)


def up(migrator: SchemaMigrator, database: Database) -> None:
    """Makes the table of those that come too early, and marks sessions with what was heard."""
    migrator.migrate(
        migrator.add_column("session", "step_numbers", TextField(null=True)),
        migrator.add_column("session", "charging_state", SmallIntegerField(null=True)),
    )
    with database.bind_ctx([EarlyStep]):
        database.create_tables([EarlyStep])
