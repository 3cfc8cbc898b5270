"""Sessions that have not ended, by charge point and by user: few, however long the history."""

from peewee import Database
from playhouse.migrate import SchemaMigrator


def up(_: SchemaMigrator, database: Database) -> None:
    """Adds an index for each."""
    for column in ("charge_point", "user"):
        database.execute_sql(
            f'CREATE INDEX "session_open_{column}" ON "session" ("{column}")'
            ' WHERE "stop_time" IS NULL'
        )
