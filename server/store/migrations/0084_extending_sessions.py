"""Sessions know which one they go on with, where the charger broke it off."""

from peewee import TextField
from playhouse.migrate import SchemaMigrator


def up(migrator: SchemaMigrator, _: object) -> None:
    """Adds the columns."""
    for column in ("original_session", "extending_session"):
        migrator.migrate(migrator.add_column("session", column, TextField(null=True)))
