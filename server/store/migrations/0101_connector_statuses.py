"""The statuses of an EVSE's connectors, of which its own is made."""

from peewee import Database, TextField
from playhouse.migrate import SchemaMigrator


def up(migrator: SchemaMigrator, _: Database) -> None:
    """Adds the column; connectors tell theirs anew when they change, or their charger boots."""
    migrator.migrate(migrator.add_column("evse", "connector_statuses", TextField(null=True)))
