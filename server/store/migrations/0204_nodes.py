"""Which nodes there are."""

from peewee import BigIntegerField, Database, TextField
from playhouse.migrate import SchemaMigrator

from server.store.migrations.initial.base import Table


class Node(Table):
    name = TextField(primary_key=True)
    until = BigIntegerField()


def up(_: SchemaMigrator, database: Database) -> None:
    """Makes the table."""
    with database.bind_ctx([Node]):
        database.create_tables([Node])
