"""How circuits are shared: who shares them, what was measured, what each EVSE was given."""

from peewee import (
    BigIntegerField,
    BlobField,
    BooleanField,
    Database,
    DoubleField,
    IntegerField,
    Model,
    SmallIntegerField,
    TextField,
)
from playhouse.migrate import SchemaMigrator


class _Table(Model):
    class Meta:
        legacy_table_names = False


class CircuitLease(_Table):
    circuit = TextField(primary_key=True)
    node = TextField(index=True)
    until = BigIntegerField()
    asked = BigIntegerField()


class CircuitReading(_Table):
    circuit = TextField(primary_key=True)
    measured = SmallIntegerField()
    phase1_a = DoubleField()
    phase2_a = DoubleField()
    phase3_a = DoubleField()
    time = BigIntegerField()


class CircuitConsumption(_Table):
    circuit = TextField()
    time = BigIntegerField(index=True)
    body = BlobField()

    class Meta:
        primary_key = False
        indexes = ((("circuit", "time"), True),)


class SessionStanding(_Table):
    session = TextField(primary_key=True)
    priority = IntegerField()
    weight = DoubleField()
    boost_until = BigIntegerField()


class Supply(_Table):
    evse = TextField(primary_key=True)
    circuit = TextField(index=True)
    charge_point = TextField()
    session = TextField(null=True)
    default_a = DoubleField(null=True)
    asked_a = DoubleField()
    granted_a = DoubleField()
    allowed_a = DoubleField()
    told_time = BigIntegerField()
    failed_time = BigIntegerField()
    promises = BlobField(null=True)
    used_phases = SmallIntegerField(null=True)
    drawn = BlobField(null=True)
    drawn_time = BigIntegerField(null=True)
    arrival = BigIntegerField()
    turn = IntegerField()
    served_since = BigIntegerField(null=True)
    waits = BooleanField()


def up(_: SchemaMigrator, database: Database) -> None:
    """Makes the tables."""
    tables = [CircuitLease, CircuitReading, CircuitConsumption, SessionStanding, Supply]
    with database.bind_ctx(tables):
        database.create_tables(tables)
