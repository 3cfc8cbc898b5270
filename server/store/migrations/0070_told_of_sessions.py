"""Indexes of sessions have no entries any more for what a session does not say."""

from peewee import Database
from playhouse.migrate import SchemaMigrator

_TOLD = (
    ("partner", "start_time", "name"),
    ("partner", "stop_time"),
    ("stop_reason", "start_time", "name"),
)
_BY_CHARGE_POINT = ("ocpp_transaction_id", "start_key")


def up(_: SchemaMigrator, database: Database) -> None:
    """Makes them anew, each of the rows that have a value in its first column."""
    for columns in _TOLD:
        database.execute_sql(f'DROP INDEX "{_name(columns)}"')
        _make(database, columns)
    for column in _BY_CHARGE_POINT:
        database.execute_sql(f'DROP INDEX "{_name(("charge_point", column))}"')
        _make(database, (column, "charge_point"))


def _make(database: Database, columns: tuple[str, ...]) -> None:
    listed = ", ".join(f'"{column}"' for column in columns)
    database.execute_sql(
        f'CREATE INDEX "{_name(columns)}" ON "session" ({listed}) WHERE "{columns[0]}" IS NOT NULL'
    )


def _name(columns: tuple[str, ...]) -> str:
    return "_".join(("session", *columns))
