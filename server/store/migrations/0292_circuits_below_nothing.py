"""A circuit below none is below none: where the empty name was given, it was shared by nobody."""

from peewee import Database
from playhouse.migrate import SchemaMigrator


def up(_: SchemaMigrator, database: Database) -> None:
    """As it is written now."""
    database.execute_sql(
        'UPDATE "circuit" SET "parent_circuit" = NULL WHERE "parent_circuit" = \'\''
    )
