"""Circuits, and which charge points are their members."""

from peewee import (
    BigIntegerField,
    BlobField,
    Database,
    DoubleField,
    IntegerField,
    Model,
    SmallIntegerField,
    TextField,
)
from playhouse.migrate import SchemaMigrator


class Circuit(Model):
    name = TextField(primary_key=True)
    partner = TextField(null=True, index=True)
    external_id = TextField(null=True, index=True)
    labels = BlobField(null=True)
    create_time = BigIntegerField(index=True)
    update_time = BigIntegerField(index=True)
    version = IntegerField()
    display_name = TextField(index=True)
    parent_circuit = TextField(null=True, index=True)
    max_current_a = DoubleField()
    phases = SmallIntegerField()
    connected_phase = SmallIntegerField(null=True)
    voltage_v = IntegerField()
    min_current_a = DoubleField()
    schedule = BlobField(null=True)
    location = TextField(null=True, index=True)
    offline_reserved_current_a = DoubleField(null=True)
    priorities = BlobField(null=True)
    when_full = SmallIntegerField()
    state = SmallIntegerField(index=True)
    search_text = TextField()

    class Meta:
        legacy_table_names = False


def up(migrator: SchemaMigrator, database: Database) -> None:
    """Makes the table, and the charge points' columns."""
    with database.bind_ctx([Circuit]):
        database.create_tables([Circuit])
    migrator.migrate(
        migrator.add_column("charge_point", "circuit_membership", BlobField(null=True))
    )
