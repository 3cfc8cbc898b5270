"""Lists behind one filter go along an index: the filter's column, then the columns of the order."""

from playhouse.migrate import SchemaMigrator

_BY_CREATION = ("create_time", "name")
_BY_NUMBER = ("charge_point", "number")
_NEW = {
    ("location", _BY_CREATION): ("region_code", "state", "partner"),
    ("charge_point", _BY_CREATION): (
        "location",
        "kind",
        "state",
        "network_status",
        "hardware_status",
        "vendor",
        "model",
        "firmware_version",
        "partner",
    ),
    ("evse", _BY_NUMBER): ("location", "hardware_status", "current_type", "partner"),
    ("user", _BY_CREATION): ("state", "partner"),
    ("id_tag", _BY_CREATION): ("user", "kind", "state", "partner"),
    ("transaction", _BY_CREATION): ("state", "purchased_resource", "user", "method"),
}
_REPLACED = {
    "location": ("region_code", "state"),
    "charge_point": ("location", "state", "network_status", "hardware_status", "vendor"),
    "evse": ("location", "hardware_status"),
    "user": ("state",),
    "id_tag": ("user",),
    "transaction": ("state", "purchased_resource", "user"),
}


def up(migrator: SchemaMigrator, _: object) -> None:
    """Puts the wider indexes in the places of those of one column."""
    for (table, order), columns in _NEW.items():
        for column in columns:
            migrator.migrate(migrator.add_index(table, (column, *order)))
    for table, columns in _REPLACED.items():
        for column in columns:
            migrator.migrate(migrator.drop_index(table, f"{table}_{column}"))
