"""Lists in the order of a time that most rows do not have go along an index to the last row."""

from playhouse.migrate import SchemaMigrator

_ORDERS = {"id_tag": "expire_time", "subscription": "next_renewal_time", "voucher": "end_time"}


def up(migrator: SchemaMigrator, _: object) -> None:
    """Puts wider indexes in the places of those of one column."""
    for table, column in _ORDERS.items():
        migrator.migrate(
            migrator.add_index(table, (column, "name")),
            migrator.drop_index(table, f"{table}_{column}"),
        )
