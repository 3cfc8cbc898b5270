"""Refunds that were asked for under a request_id."""

from peewee import BigIntegerField, Database, Model, TextField
from playhouse.migrate import SchemaMigrator


class RefundRequest(Model):
    name = TextField(primary_key=True)
    refunded_micros = BigIntegerField()
    create_time = BigIntegerField(index=True)

    class Meta:
        legacy_table_names = False


def up(_: SchemaMigrator, database: Database) -> None:
    """Makes the table."""
    with database.bind_ctx([RefundRequest]):
        database.create_tables([RefundRequest])
