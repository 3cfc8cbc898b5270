"""The energy that a session came to: lists go by it. It is not written with every meter value."""

from peewee import BigIntegerField, Database
from playhouse.migrate import SchemaMigrator


def up(migrator: SchemaMigrator, database: Database) -> None:
    """Adds the column, fills it, then makes its index."""
    migrator.migrate(migrator.add_column("session", "final_energy_wh", BigIntegerField(null=True)))
    database.execute_sql(
        'UPDATE "session" SET "final_energy_wh" = "energy_wh" WHERE "stop_time" IS NOT NULL'
    )
    migrator.migrate(migrator.add_index("session", ("final_energy_wh", "name")))
