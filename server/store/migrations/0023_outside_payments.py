"""Transactions that outside processors tell of: with versions, times, ids and labels of theirs."""

from peewee import BigIntegerField, BlobField, IntegerField, TextField
from playhouse.migrate import SchemaMigrator

_TIMES = ("authorize_time", "finalize_time", "fail_time", "reverse_time", "refund_time")
_BEHIND = ("purchase", "currency")


def up(migrator: SchemaMigrator, database: object) -> None:
    """Adds the columns, and the indexes of what is asked for."""
    columns = {
        "external_id": TextField(null=True),
        "labels": BlobField(null=True),
        "version": IntegerField(default=1),
        **{name: BigIntegerField(null=True) for name in _TIMES},
    }
    migrator.migrate(
        *(migrator.add_column("transaction", name, field) for name, field in columns.items()),
        migrator.add_index("transaction", ("partner",)),
        migrator.add_index("transaction", ("external_id",)),
        migrator.add_index("transaction", ("provider_reference",)),
        *(migrator.add_index("transaction", (name, "create_time", "name")) for name in _BEHIND),
    )
    migrator.migrate(
        migrator.sql('UPDATE "transaction" SET "finalize_time" = "update_time" WHERE "state" = 3')
    )
