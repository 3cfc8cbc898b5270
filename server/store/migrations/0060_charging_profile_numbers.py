"""Numbers of charging profiles are drawn from a counter."""

from peewee import Database
from playhouse.migrate import SchemaMigrator


def up(_: SchemaMigrator, database: Database) -> None:
    """Adds the counter."""
    database.execute_sql(
        """INSERT INTO "counter" ("name", "value") VALUES ('charging_profile', 0)"""
    )
