"""What is sent to webhook endpoints, who sends it, and who reads the event log."""

from peewee import (
    BigIntegerField,
    BlobField,
    Database,
    IntegerField,
    Model,
    SmallIntegerField,
    TextField,
)
from playhouse.migrate import SchemaMigrator


class Reaction(Model):
    name = TextField(primary_key=True)
    position = BigIntegerField()

    class Meta:
        legacy_table_names = False


class WebhookQueue(Model):
    webhook_endpoint = TextField(primary_key=True)
    owner = TextField(null=True)
    lease_time = BigIntegerField()
    changes = BigIntegerField()
    replay_after = BigIntegerField(null=True)
    replay_upto = BigIntegerField(null=True)

    class Meta:
        legacy_table_names = False


class WebhookDelivery(Model):
    name = TextField(primary_key=True)
    webhook_endpoint = TextField()
    partner = TextField(null=True)
    position = BigIntegerField()
    event_type = TextField()
    subject = TextField()
    state = SmallIntegerField()
    due_time = BigIntegerField(null=True)
    attempt_count = IntegerField()
    attempts = BlobField(null=True)
    create_time = BigIntegerField(index=True)
    end_time = BigIntegerField(null=True)

    class Meta:
        legacy_table_names = False
        indexes = (
            (("webhook_endpoint", "position"), False),
            (("webhook_endpoint", "state", "position"), False),
        )


TABLES = [Reaction, WebhookQueue, WebhookDelivery]


def up(migrator: SchemaMigrator, database: Database) -> None:
    """Makes the tables, and adds what an endpoint is known by."""
    with database.bind_ctx(TABLES):
        database.create_tables(TABLES)
    for name, columns, where in (
        ("due", ("webhook_endpoint", "due_time", "position"), '"due_time" IS NOT NULL'),
        ("pending", ("webhook_endpoint", "subject", "position"), '"state" = 1'),
    ):
        told = ", ".join(f'"{column}"' for column in columns)
        database.execute_sql(
            f'CREATE INDEX "webhook_delivery_{name}" ON "webhook_delivery" ({told}) WHERE {where}'
        )
    endpoint = "webhook_endpoint"
    migrator.migrate(
        migrator.add_column(endpoint, "failing_since_time", BigIntegerField(null=True)),
        migrator.add_column(endpoint, "enabled_since", BigIntegerField(default=0)),
        migrator.add_column(endpoint, "hidden_types", TextField(default="")),
    )
