"""What running sessions hold of balances, when they are looked at, and when chargers end them."""

from peewee import BigIntegerField, Database, SmallIntegerField, TextField
from playhouse.migrate import SchemaMigrator

_NUMBERS = ("allowance_wh", "held_micros", "watch_wh", "watch_time", "stop_due_time")
_SMALL_NUMBERS = ("watch_soc_percent", "stop_tries")


def up(migrator: SchemaMigrator, database: Database) -> None:
    """Adds the columns, and an index of the sessions that somebody is to look at."""
    migrator.migrate(
        migrator.add_column("session", "subscription", TextField(null=True)),
        *(migrator.add_column("session", name, BigIntegerField(null=True)) for name in _NUMBERS),
        *(
            migrator.add_column("session", name, SmallIntegerField(null=True))
            for name in _SMALL_NUMBERS
        ),
    )
    for column in ("watch_time", "stop_due_time"):
        database.execute_sql(
            f'CREATE INDEX "session_{column}" ON "session" ("{column}")'
            f' WHERE "{column}" IS NOT NULL'
        )
