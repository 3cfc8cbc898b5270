"""ID tags by their group and by when they expire."""

from playhouse.migrate import SchemaMigrator


def up(migrator: SchemaMigrator, _: object) -> None:
    """Adds an index for each."""
    for column in ("parent_group_id", "expire_time"):
        migrator.migrate(migrator.add_index("id_tag", (column,)))
