"""Local controllers offer firmware to the chargers behind them."""

from peewee import BlobField, BooleanField
from playhouse.migrate import SchemaMigrator


def up(migrator: SchemaMigrator, _: object) -> None:
    """Adds whether an update is such, and where it is offered."""
    migrator.migrate(
        migrator.add_column("firmware_update", "publishes", BooleanField(default=False)),
        migrator.add_column("firmware_update", "published_uris", BlobField(null=True)),
    )
