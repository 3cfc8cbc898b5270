"""An EVSE's power is that of its session, and kept nowhere else."""

from playhouse.migrate import SchemaMigrator


def up(migrator: SchemaMigrator, _: object) -> None:
    """Drops the column."""
    migrator.migrate(migrator.drop_column("evse", "power_w"))
