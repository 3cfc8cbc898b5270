"""What a charger was told last of what a running session costs."""

from peewee import BigIntegerField, Database
from playhouse.migrate import SchemaMigrator


def up(migrator: SchemaMigrator, _: Database) -> None:
    """Adds the column."""
    migrator.migrate(migrator.add_column("session", "shown_micros", BigIntegerField(null=True)))
