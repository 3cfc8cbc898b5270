"""By what one sees which of a session's meter values one knows."""

from peewee import BigIntegerField, Database
from playhouse.migrate import SchemaMigrator


def up(migrator: SchemaMigrator, _: Database) -> None:
    """Adds the column. That sessions which run now have a digest of what is to come is as good."""
    migrator.migrate(migrator.add_column("session", "samples_digest", BigIntegerField(default=0)))
