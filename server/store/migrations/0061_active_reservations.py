"""The reservations that hold a place: few, however long the history."""

from peewee import Database
from playhouse.migrate import SchemaMigrator


def up(_: SchemaMigrator, database: Database) -> None:
    """Adds an index by charge point and one by time."""
    for column in ("charge_point", "expire_time"):
        database.execute_sql(
            f'CREATE INDEX "reservation_active_{column}" ON "reservation" ("{column}")'
            ' WHERE "state" = 1'
        )
