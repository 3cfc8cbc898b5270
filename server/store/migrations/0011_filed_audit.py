"""The audit comes into its indexes in bulk, as the largest logs do."""

from peewee import BigIntegerField, Database, Model, PostgresqlDatabase, TextField
from playhouse.migrate import SchemaMigrator

_FILTERS = ("principal", "method", "resource", "result")
_ALWAYS = 2**63 - 1
"""PostgreSQL files every row at once."""


class Filing(Model):
    log = TextField(primary_key=True)
    upto = BigIntegerField()

    class Meta:
        table_name = "filing"


def up(_: SchemaMigrator, database: Database) -> None:
    """What is there already stays in the indexes, which from now on are of filed rows alone."""
    postgresql = isinstance(database, PostgresqlDatabase)
    filed = "BOOLEAN NOT NULL DEFAULT TRUE" if postgresql else "INTEGER NOT NULL DEFAULT 1"
    database.execute_sql(f'ALTER TABLE "audit_entry" ADD COLUMN "filed" {filed}')
    for column in _FILTERS:
        name = f"audit_entry_{column}_number"
        database.execute_sql(f'DROP INDEX "{name}"')
        database.execute_sql(
            f'CREATE INDEX "{name}" ON "audit_entry" ("{column}", "number") WHERE "filed"'
        )
    newest = 'SELECT COALESCE(MAX("number"), 0) FROM "audit_entry"'
    upto = _ALWAYS if postgresql else database.execute_sql(newest).fetchone()[0]
    with database.bind_ctx([Filing]):
        Filing.insert(log="audit_entry", upto=upto).execute()
