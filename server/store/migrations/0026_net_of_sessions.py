"""What a session was billed without tax, for what partners earn in a month."""

from peewee import BigIntegerField, Database, PostgresqlDatabase
from playhouse.migrate import SchemaMigrator

from ampline.v1.session_pb2 import Session

_NANOS_PER_MICRO = 1_000


def up(migrator: SchemaMigrator, database: Database) -> None:
    """Adds the column, and fills it from the bills of partners' sessions."""
    migrator.migrate(
        migrator.add_column("session", "net_micros", BigIntegerField(null=True)),
        migrator.add_index("session", ("partner", "stop_time")),
    )
    place = "%s" if isinstance(database, PostgresqlDatabase) else "?"
    billed = database.execute_sql(
        'SELECT "name", "price" FROM "session" WHERE "partner" IS NOT NULL AND "price" IS NOT NULL'
    ).fetchall()
    for name, body in billed:
        net = Session.FromString(bytes(body)).price.net
        micros = net.units * 1_000_000 + net.nanos // _NANOS_PER_MICRO
        database.execute_sql(
            f'UPDATE "session" SET "net_micros" = {place} WHERE "name" = {place}',  # noqa: S608
            (micros, name),
        )
