"""Lists by what a client says of a resource go along an index, however many rows have it."""

from playhouse.migrate import SchemaMigrator

_BY_CREATION = ("create_time", "name")
_ORDERS = {
    "charge_point": _BY_CREATION,
    "evse": ("charge_point", "number"),
    "id_tag": _BY_CREATION,
    "location": _BY_CREATION,
    "subscription": _BY_CREATION,
    "transaction": _BY_CREATION,
    "user": _BY_CREATION,
    "voucher": _BY_CREATION,
}
_MORE = {"charge_point": "circuit", "transaction": "provider_reference"}


def up(migrator: SchemaMigrator, _: object) -> None:
    """Puts wider indexes in the places of those of one column."""
    told = [(table, "external_id") for table in _ORDERS] + list(_MORE.items())
    for table, column in told:
        migrator.migrate(
            migrator.add_index(table, (column, *_ORDERS[table])),
            migrator.drop_index(table, f"{table}_{column}"),
        )
