"""What chargers of OCPP 2.x tell of their components."""

from peewee import (
    BigAutoField,
    BigIntegerField,
    BlobField,
    BooleanField,
    DoubleField,
    IntegerField,
    SmallIntegerField,
    TextField,
)

from server.store.models.base import Table


class VariableMonitor(Table):
    """Has a charge point tell when a variable is so."""

    name = TextField(primary_key=True)
    charge_point = TextField()
    monitor_id = IntegerField()  # the charge point's number of it
    setting = BlobField()
    kind = SmallIntegerField(null=True)
    value = DoubleField()
    severity = SmallIntegerField()
    during_transaction = BooleanField()
    report_time = BigIntegerField()

    class Meta:
        """Numbers are unique within a charge point."""

        indexes = ((("charge_point", "monitor_id"), True),)


class DisplayMessage(Table):
    """A message that a charge point shows to drivers."""

    name = TextField(primary_key=True)
    charge_point = TextField()
    message_id = IntegerField()
    priority = SmallIntegerField(null=True)
    state = SmallIntegerField(null=True)
    start_time = BigIntegerField(null=True)
    end_time = BigIntegerField(null=True)
    ocpp_transaction_id = TextField(null=True)
    format = SmallIntegerField(null=True)
    language_code = TextField(null=True)
    content = TextField()
    report_time = BigIntegerField()

    class Meta:
        """Numbers are unique within a charge point."""

        indexes = ((("charge_point", "message_id"), True),)


class DeviceEvent(Table):
    """Something that a charge point told of a component."""

    number = BigAutoField()
    charge_point = TextField()
    time = BigIntegerField()
    record_time = BigIntegerField(index=True)  # for the retention
    setting = BlobField()
    value = TextField(null=True)
    trigger = SmallIntegerField(null=True)
    kind = SmallIntegerField(null=True)
    event_id = IntegerField(null=True)
    cause = IntegerField(null=True)
    tech_code = TextField(null=True)
    tech_info = TextField(null=True)
    cleared = BooleanField(null=True)
    ocpp_transaction_id = TextField(null=True)
    monitor_id = IntegerField(null=True)
    severity = SmallIntegerField(null=True)

    class Meta:
        """By charge point, newest first."""

        indexes = ((("charge_point", "time", "number"), False),)
