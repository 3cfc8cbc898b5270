"""Where something is stored of which user, so that it can be forgotten."""

from peewee import BigIntegerField, Database, TextField
from playhouse.migrate import SchemaMigrator

from server.store.migrations.initial.base import Table

_COPIES = (("event", "person"), ("stored_answer", "person"), ("ocpp_message", "token"))


class ForgottenUser(Table):
    name = TextField(primary_key=True)
    tokens = TextField()
    delete_time = BigIntegerField(index=True)


def up(migrator: SchemaMigrator, database: Database) -> None:
    """Adds the columns, each with an index of the few rows that have it."""
    with database.bind_ctx([ForgottenUser]):
        database.create_tables([ForgottenUser])
    for table, column in _COPIES:
        migrator.migrate(migrator.add_column(table, column, TextField(null=True)))
        database.execute_sql(
            f'CREATE INDEX "{table}_{column}" ON "{table}" ("{column}")'
            f' WHERE "{column}" IS NOT NULL'
        )
