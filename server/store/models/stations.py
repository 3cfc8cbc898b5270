"""What is known of single charge points beside their rows: history, configuration, limits."""

from peewee import (
    BigAutoField,
    BigIntegerField,
    BlobField,
    BooleanField,
    CompositeKey,
    IntegerField,
    SmallIntegerField,
    TextField,
)

from server.store.models.base import Resource, Table


class StatusLogEntry(Table):
    """A change of a status; the statuses are the numbers of its kind's enum."""

    number = BigAutoField()
    charge_point = TextField()
    kind = SmallIntegerField()
    time = BigIntegerField()
    record_time = BigIntegerField(index=True)  # for the retention
    old_status = SmallIntegerField()
    status = SmallIntegerField()
    reason = TextField(null=True)
    evse = TextField(null=True)
    connector = IntegerField(null=True)
    error_code = TextField(null=True)
    error_info = TextField(null=True)
    vendor_id = TextField(null=True)
    vendor_error_code = TextField(null=True)

    class Meta:
        """By charge point, newest first."""

        indexes = (
            (("charge_point", "time", "number"), False),
            (("kind", "record_time"), False),  # how long all were away, of late
        )


class ConfigurationKey(Table):
    """What a charge point told of one of its settings; the values of secrets are not kept."""

    name = TextField(primary_key=True)
    charge_point = TextField()
    key = TextField()
    value = TextField(null=True)
    is_secret = BooleanField(default=False)
    readonly = BooleanField(default=False)
    mutability = SmallIntegerField(null=True)
    component = TextField(null=True)
    instance = TextField(null=True)
    evse = IntegerField(null=True)
    report_time = BigIntegerField()
    component_instance = TextField(null=True)
    connector = IntegerField(null=True)
    attribute = SmallIntegerField(null=True)
    characteristics = BlobField(null=True)

    class Meta:
        """By charge point and key."""

        indexes = ((("charge_point", "key", "name"), False),)


class ConfigurationTemplate(Resource):
    """A set of settings that many charge points are to have."""

    display_name = TextField(index=True)
    description = TextField(null=True)
    settings = BlobField(null=True)
    apply_at_boot = BooleanField(null=True)
    search_text = TextField(default="")


class DeviceReport(Table):
    """A report of its settings that a charge point of OCPP 2.x is sending, part by part."""

    charge_point = TextField()
    number = IntegerField()
    whole = BooleanField()  # whether the charge point has no other settings
    begin_time = BigIntegerField()
    next_part = IntegerField(default=0)
    setting_count = IntegerField(default=0)
    changed_count = IntegerField(default=0)
    user = TextField(null=True)  # of whom it is, if it is of somebody

    class Meta:
        """Numbers are unique within a charge point."""

        primary_key = CompositeKey("charge_point", "number")


class ChargingProfile(Table):
    """A schedule of limits that a charge point has."""

    name = TextField(primary_key=True)
    charge_point = TextField()
    profile_id = IntegerField()
    evse = IntegerField(default=0)  # a number
    stack_level = IntegerField()
    purpose = SmallIntegerField()
    kind = SmallIntegerField()
    recurrency = SmallIntegerField(null=True)
    valid_from = BigIntegerField(null=True)
    valid_until = BigIntegerField(null=True)
    session = TextField(null=True, index=True)
    ocpp_transaction_id = TextField(null=True)
    schedule = BlobField(null=True)
    source = SmallIntegerField(null=True)
    install_time = BigIntegerField()
    report_time = BigIntegerField(null=True)  # when the charger last said that it has it

    class Meta:
        """Numbers are unique within a charge point; lists go by EVSE."""

        indexes = (
            (("charge_point", "profile_id"), True),
            (("charge_point", "evse", "profile_id"), False),
        )
