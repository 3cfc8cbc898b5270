"""What a gateway outside is to take a session's payment from."""

from peewee import Database, TextField
from playhouse.migrate import SchemaMigrator


def up(migrator: SchemaMigrator, _: Database) -> None:
    """Adds the column."""
    migrator.migrate(migrator.add_column("session", "payment_token", TextField(null=True)))
