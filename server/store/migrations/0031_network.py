"""What was missing of locations, charge points and EVSEs; locations by their place on the map."""

from peewee import (
    BigIntegerField,
    BlobField,
    Database,
    DoubleField,
    IntegerField,
    PostgresqlDatabase,
    SmallIntegerField,
    TextField,
)
from playhouse.migrate import SchemaMigrator

_LEVELS = 26


def up(migrator: SchemaMigrator, database: Database) -> None:
    """Adds the columns, and finds the cells of the locations that there are."""
    add, index = migrator.add_column, migrator.add_index
    migrator.migrate(
        add("location", "geo_cell", BigIntegerField(null=True)),
        index("location", ("geo_cell",)),
        migrator.drop_index("location", "location_latitude"),
        add("charge_point", "circuit", TextField(null=True)),
        index("charge_point", ("circuit",)),
        add("charge_point", "electricity_rate", TextField(null=True)),
        index("charge_point", ("electricity_rate",)),
        add("charge_point", "capabilities", BlobField(null=True)),
        add("charge_point", "security_profile_in_force", SmallIntegerField(null=True)),
        add("evse", "active_reservation", TextField(null=True)),
        index("evse", ("active_reservation",)),
        add("evse", "limit_a", DoubleField(null=True)),
        add("evse", "limit_w", IntegerField(null=True)),
    )
    _find_cells(database)


def _find_cells(database: Database) -> None:
    places = database.execute_sql(
        'SELECT "name", "latitude", "longitude" FROM "location" WHERE "position" IS NOT NULL'
    ).fetchall()
    place = "%s" if isinstance(database, PostgresqlDatabase) else "?"
    for name, latitude, longitude in places:
        database.execute_sql(
            f'UPDATE "location" SET "geo_cell" = {place} WHERE "name" = {place}',  # noqa: S608
            (_cell(latitude, longitude), name),
        )


def _cell(latitude: float, longitude: float) -> int:
    size = 1 << _LEVELS
    row = min(size - 1, int((latitude + 90) / 180 * size))
    column = min(size - 1, int((longitude + 180) / 360 * size))
    bits = (
        (row >> bit & 1) << 2 * bit + 1 | (column >> bit & 1) << 2 * bit for bit in range(_LEVELS)
    )
    return sum(bits)
