"""What chargers are to be spoken to that do not say, and which of them take no pings."""

from peewee import BooleanField, Database, SmallIntegerField
from playhouse.migrate import SchemaMigrator


def up(migrator: SchemaMigrator, _: Database) -> None:
    """Adds the columns."""
    migrator.migrate(
        migrator.add_column("charge_point", "default_ocpp_version", SmallIntegerField(null=True)),
        migrator.add_column("charge_point", "pinged", BooleanField(null=True)),
    )
