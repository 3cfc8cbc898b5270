"""What chargers said whose clocks cannot be believed, and how far those are off."""

from peewee import BigIntegerField, Database
from playhouse.migrate import SchemaMigrator


def up(migrator: SchemaMigrator, database: Database) -> None:
    """Adds the columns, and an index of the few meter values that they are about."""
    migrator.migrate(
        migrator.add_column("meter_value", "told_time", BigIntegerField(null=True)),
        migrator.add_column("session", "told_start_time", BigIntegerField(null=True)),
        migrator.add_column("session", "clock_lag", BigIntegerField(null=True)),
    )
    database.execute_sql(
        'CREATE INDEX "meter_value_told_time" ON "meter_value" ("told_time")'
        ' WHERE "told_time" IS NOT NULL'
    )
