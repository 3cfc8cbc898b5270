"""In which time zone charge points tell times that have no offset."""

from peewee import Database, TextField
from playhouse.migrate import SchemaMigrator


def up(migrator: SchemaMigrator, _: Database) -> None:
    """Adds the column."""
    migrator.migrate(migrator.add_column("charge_point", "clock_time_zone", TextField(null=True)))
