"""The largest logs come into their indexes in bulk: there are rows that are not filed yet."""

from peewee import BigIntegerField, Database, Model, PostgresqlDatabase, TextField
from playhouse.migrate import SchemaMigrator

_LOGS = (
    ("event", "position", (("subject", "position"), ("charge_point", "position"))),
    ("ocpp_message", "number", (("charge_point", "number"),)),
    ("meter_value", "number", (("session", "time", "number"),)),
)
_ALWAYS = 2**63 - 1
"""PostgreSQL files every row at once."""


class Filing(Model):
    """Up to which row a log is filed."""

    log = TextField(primary_key=True)
    upto = BigIntegerField()

    class Meta:
        """The table's name."""

        table_name = "filing"


def up(_: SchemaMigrator, database: Database) -> None:
    """What is there already stays in the indexes, which from now on are of filed rows alone."""
    postgresql = isinstance(database, PostgresqlDatabase)
    filed = "BOOLEAN NOT NULL DEFAULT TRUE" if postgresql else "INTEGER NOT NULL DEFAULT 1"
    with database.bind_ctx([Filing]):
        database.create_tables([Filing])
        for log, key, indexes in _LOGS:
            database.execute_sql(f'ALTER TABLE "{log}" ADD COLUMN "filed" {filed}')
            for columns in indexes:
                _file(database, log, columns)
            newest = f'SELECT COALESCE(MAX("{key}"), 0) FROM "{log}"'  # noqa: S608 - our own names
            upto = _ALWAYS if postgresql else database.execute_sql(newest).fetchone()[0]
            Filing.insert(log=log, upto=upto).execute()


def _file(database: Database, log: str, columns: tuple[str, ...]) -> None:
    name = "_".join((log, *columns))
    listed = ", ".join(f'"{column}"' for column in columns)
    database.execute_sql(f'DROP INDEX "{name}"')
    database.execute_sql(f'CREATE INDEX "{name}" ON "{log}" ({listed}) WHERE "filed"')
