"""Open sessions are found by their own indexes, however wide the table of sessions becomes."""

from peewee import Database
from playhouse.migrate import SchemaMigrator


def up(_: SchemaMigrator, database: Database) -> None:
    """Makes both indexes anew, with the column of their condition."""
    for column in ("charge_point", "user"):
        database.execute_sql(f'DROP INDEX "session_open_{column}"')
        database.execute_sql(
            f'CREATE INDEX "session_open_{column}" ON "session" ("{column}", "stop_time")'
            ' WHERE "stop_time" IS NULL'
        )
