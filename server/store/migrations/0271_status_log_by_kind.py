"""The status log by kind and time: how long charge points were away, of late."""

from peewee import Database
from playhouse.migrate import SchemaMigrator


def up(migrator: SchemaMigrator, _: Database) -> None:
    """Adds the index."""
    migrator.migrate(migrator.add_index("status_log_entry", ("kind", "record_time")))
