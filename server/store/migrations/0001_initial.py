"""The first schema."""

from peewee import Database
from playhouse.migrate import SchemaMigrator

from server.store.migrations.initial import TABLES
from server.store.migrations.initial.log import EventHead
from server.store.migrations.initial.sessions import Counter


def up(_: SchemaMigrator, database: Database) -> None:
    """Makes every table, and the rows that are always there."""
    with database.bind_ctx(TABLES):
        database.create_tables(TABLES)
        EventHead.insert(id=1, position=0).execute()
        Counter.insert(name="ocpp16_transaction", value=0).execute()
