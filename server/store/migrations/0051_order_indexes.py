"""Orders by what many rows have alike, or not at all, go along an index to the last row.

ID tags also by their group, and by whether they are on local lists.
"""

from playhouse.migrate import SchemaMigrator

_ORDERS = {
    "charge_point": ("display_name", "last_seen_time"),
    "evse": ("hardware_status_time",),
    "user": ("family_name",),
}
_FILTERS = ("parent_group_id", "on_local_list")
_REPLACED = {
    "charge_point": ("display_name", "last_seen_time"),
    "user": ("family_name",),
    "id_tag": ("parent_group_id",),
}


def up(migrator: SchemaMigrator, _: object) -> None:
    """Puts the wider indexes in the places of those of one column."""
    for table, columns in _ORDERS.items():
        for column in columns:
            migrator.migrate(migrator.add_index(table, (column, "name")))
    for column in _FILTERS:
        migrator.migrate(migrator.add_index("id_tag", (column, "create_time", "name")))
    for table, columns in _REPLACED.items():
        for column in columns:
            migrator.migrate(migrator.drop_index(table, f"{table}_{column}"))
