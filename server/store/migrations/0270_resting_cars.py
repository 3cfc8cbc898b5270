"""Whether the car at an EVSE in a circuit draws what it is given."""

from peewee import Database, SmallIntegerField
from playhouse.migrate import SchemaMigrator


def up(migrator: SchemaMigrator, _: Database) -> None:
    """Adds the column."""
    migrator.migrate(migrator.add_column("supply", "taking", SmallIntegerField(default=0)))
