"""Since when an EVSE in a circuit has its limit."""

from peewee import BigIntegerField, Database
from playhouse.migrate import SchemaMigrator


def up(migrator: SchemaMigrator, _: Database) -> None:
    """Adds the column."""
    migrator.migrate(migrator.add_column("supply", "given_time", BigIntegerField(default=0)))
