"""How circuits are shared: who shares them, what was measured, what each EVSE was given."""

from peewee import (
    BigIntegerField,
    BlobField,
    BooleanField,
    DoubleField,
    IntegerField,
    SmallIntegerField,
    TextField,
)

from server.store.models.base import Table


class CircuitLease(Table):
    """The node that shares a topmost circuit and all below it, until that time."""

    circuit = TextField(primary_key=True)
    node = TextField(index=True)
    until = BigIntegerField()
    asked = BigIntegerField(default=0)  # when somebody last asked for a look


class CircuitReading(Table):
    """What a circuit's meter told last, in A on each phase."""

    circuit = TextField(primary_key=True)
    measured = SmallIntegerField()  # ampline.v1.ReportMeterReadingRequest.Measured
    phase1_a = DoubleField()
    phase2_a = DoubleField()
    phase3_a = DoubleField()
    time = BigIntegerField()


class CircuitConsumption(Table):
    """What flowed in a circuit in one minute. `body` is an ampline.v1.CircuitConsumption."""

    circuit = TextField()
    time = BigIntegerField(index=True)
    body = BlobField()

    class Meta:
        """A row a minute."""

        primary_key = False
        indexes = ((("circuit", "time"), True),)


class SessionStanding(Table):
    """What was said of one session in its circuit: its priority, its weight, a boost."""

    session = TextField(primary_key=True)
    priority = IntegerField(default=0)
    weight = DoubleField(default=1.0)
    boost_until = BigIntegerField(default=0)


class CarNeeds(Table):
    """What the car at an EVSE asked for (OCPP 2.x, NotifyEVChargingNeeds)."""

    evse = TextField(primary_key=True)
    session = TextField(null=True)  # None = it had not begun
    told_time = BigIntegerField()
    phases = SmallIntegerField(null=True)
    most_a = DoubleField(null=True)
    most_w = DoubleField(null=True)
    until_wh = BigIntegerField(null=True)  # the session's energy at which it has enough
    departure = BigIntegerField(null=True)


class Supply(Table):
    """What an EVSE in a circuit asks for, was given, and draws."""

    evse = TextField(primary_key=True)
    circuit = TextField(index=True)
    charge_point = TextField()
    session = TextField(null=True)
    default_a = DoubleField(null=True)  # what it confirmed to keep to in sessions not seen by us
    asked_a = DoubleField(default=0.0)
    granted_a = DoubleField(default=0.0)  # what it shall come to
    allowed_a = DoubleField(default=0.0)  # what it was told last
    told_time = BigIntegerField(default=0)
    given_time = BigIntegerField(default=0)  # since when it has that
    failed_time = BigIntegerField(default=0)  # of the last that it did not confirm
    promises = BlobField(null=True)  # all that it may keep to
    used_phases = SmallIntegerField(null=True)  # as seen in this session
    drawn = BlobField(null=True)  # an ampline.v1.PhaseCurrents
    drawn_time = BigIntegerField(null=True)
    arrival = BigIntegerField(default=0)
    turn = IntegerField(default=0)
    served_since = BigIntegerField(null=True)
    waits = BooleanField(default=False)
    taking = SmallIntegerField(default=0)  # whether its car draws what it is given
