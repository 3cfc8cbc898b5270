"""When the clock looks after a subscription, and how often in a row it was not paid."""

from peewee import BigIntegerField, Database, IntegerField
from playhouse.migrate import SchemaMigrator


def up(migrator: SchemaMigrator, _: Database) -> None:
    """Adds the columns, and an index by when it is looked after."""
    migrator.migrate(
        migrator.add_column("subscription", "period_start", BigIntegerField(null=True)),
        migrator.add_column("subscription", "due_time", BigIntegerField(null=True)),
        migrator.add_column("subscription", "failures", IntegerField(null=True)),
        migrator.add_index("subscription", ("due_time",)),
    )
