"""Sessions know what their electricity cost, and by which versions of which rate."""

from peewee import BlobField, TextField
from playhouse.migrate import SchemaMigrator


def up(migrator: SchemaMigrator, _: object) -> None:
    """Adds the columns."""
    migrator.migrate(
        migrator.add_column("session", "electricity_rate", TextField(null=True)),
        migrator.add_column("session", "electricity_rate_versions", BlobField(null=True)),
        migrator.add_column("session", "electricity_cost", BlobField(null=True)),
    )
