"""What chargers show on their displays, and of whom a report is."""

from peewee import BigIntegerField, Database, IntegerField, Model, SmallIntegerField, TextField
from playhouse.migrate import SchemaMigrator


class DisplayMessage(Model):
    name = TextField(primary_key=True)
    charge_point = TextField()
    message_id = IntegerField()
    priority = SmallIntegerField(null=True)
    state = SmallIntegerField(null=True)
    start_time = BigIntegerField(null=True)
    end_time = BigIntegerField(null=True)
    ocpp_transaction_id = TextField(null=True)
    format = SmallIntegerField(null=True)
    language_code = TextField(null=True)
    content = TextField()
    report_time = BigIntegerField()

    class Meta:
        legacy_table_names = False
        indexes = ((("charge_point", "message_id"), True),)


def up(migrator: SchemaMigrator, database: Database) -> None:
    """Makes the table."""
    with database.bind_ctx([DisplayMessage]):
        database.create_tables([DisplayMessage])
    migrator.migrate(migrator.add_column("device_report", "user", TextField(null=True)))
