"""Events of a partner go along an index; what concerns none is not in it."""

from peewee import Database
from playhouse.migrate import SchemaMigrator


def up(_: SchemaMigrator, database: Database) -> None:
    """Adds the index."""
    database.execute_sql(
        'CREATE INDEX "event_partner_position" ON "event" ("partner", "position")'
        ' WHERE "filed" AND "partner" IS NOT NULL'
    )
