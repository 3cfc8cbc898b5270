"""Sessions say why they are given no energy yet."""

from peewee import SmallIntegerField
from playhouse.migrate import SchemaMigrator


def up(migrator: SchemaMigrator, _: object) -> None:
    """Adds the column."""
    migrator.migrate(migrator.add_column("session", "waiting_reason", SmallIntegerField(null=True)))
