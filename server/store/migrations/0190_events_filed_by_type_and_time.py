"""Events come into the indexes by type and by time in bulk, too."""

from peewee import Database
from playhouse.migrate import SchemaMigrator


def up(_: SchemaMigrator, database: Database) -> None:
    """Makes both indexes anew, of filed rows alone."""
    for name, columns in (
        ("event_type_position", '"type", "position"'),
        ("event_record_time", '"record_time"'),
    ):
        database.execute_sql(f'DROP INDEX "{name}"')
        database.execute_sql(f'CREATE INDEX "{name}" ON "event" ({columns}) WHERE "filed"')
