"""What the time costs for which a place is held, and what is held of balances for it."""

from peewee import BigIntegerField, BlobField, Database, TextField
from playhouse.migrate import SchemaMigrator


def up(migrator: SchemaMigrator, database: Database) -> None:
    """Adds the columns, and an index of the places that are held for a user."""
    migrator.migrate(
        migrator.add_column("session", "reserved_time", BigIntegerField(null=True)),
        migrator.add_column("reservation", "tariff_snapshot", TextField(null=True)),
        migrator.add_column("reservation", "price", BlobField(null=True)),
        migrator.add_column("reservation", "currency", TextField(null=True)),
        migrator.add_column("reservation", "held_micros", BigIntegerField(null=True)),
    )
    database.execute_sql(
        'CREATE INDEX "reservation_active_user" ON "reservation" ("user") WHERE "state" = 1'
    )
