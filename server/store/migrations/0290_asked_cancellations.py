"""That somebody wants a place given up, and why, while its charger is asked to."""

from peewee import Database, TextField
from playhouse.migrate import SchemaMigrator


def up(migrator: SchemaMigrator, _: Database) -> None:
    """Adds the column."""
    migrator.migrate(migrator.add_column("reservation", "cancel_asked", TextField(null=True)))
