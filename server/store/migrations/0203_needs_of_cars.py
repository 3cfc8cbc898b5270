"""What cars ask for before they charge."""

from peewee import BigIntegerField, Database, DoubleField, SmallIntegerField, TextField
from playhouse.migrate import SchemaMigrator

from server.store.migrations.initial.base import Table


class CarNeeds(Table):
    evse = TextField(primary_key=True)
    session = TextField(null=True)
    told_time = BigIntegerField()
    phases = SmallIntegerField(null=True)
    most_a = DoubleField(null=True)
    most_w = DoubleField(null=True)
    until_wh = BigIntegerField(null=True)
    departure = BigIntegerField(null=True)


def up(_: SchemaMigrator, database: Database) -> None:
    """Makes the table."""
    with database.bind_ctx([CarNeeds]):
        database.create_tables([CarNeeds])
