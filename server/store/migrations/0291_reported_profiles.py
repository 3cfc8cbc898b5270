"""When a charger last said that it has a charging profile."""

from peewee import BigIntegerField, Database
from playhouse.migrate import SchemaMigrator


def up(migrator: SchemaMigrator, _: Database) -> None:
    """Adds the column."""
    migrator.migrate(
        migrator.add_column("charging_profile", "report_time", BigIntegerField(null=True))
    )
