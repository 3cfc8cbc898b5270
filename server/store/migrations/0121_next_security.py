"""The password and the security profile that a charge point is to have next."""

from peewee import Database, SmallIntegerField, TextField
from playhouse.migrate import SchemaMigrator


def up(migrator: SchemaMigrator, _: Database) -> None:
    """Adds the columns."""
    migrator.migrate(
        migrator.add_column("charge_point", "next_password_hash", TextField(null=True)),
        migrator.add_column(
            "charge_point", "security_profile_wanted", SmallIntegerField(null=True)
        ),
    )
