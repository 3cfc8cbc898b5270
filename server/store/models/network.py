"""Locations, charge points, EVSEs."""

from peewee import (
    BigIntegerField,
    BlobField,
    BooleanField,
    DoubleField,
    IntegerField,
    SmallIntegerField,
    TextField,
)

from server.store.models.base import Resource, Table, listed_by, ordered_by


class Location(Resource):
    """A place with charge points."""

    external_id = TextField(null=True)
    display_name = TextField(index=True)
    description = BlobField(null=True)
    directions = BlobField(null=True)
    address = BlobField(null=True)
    region_code = TextField(null=True)
    position = BlobField(null=True)
    latitude = DoubleField(null=True)
    longitude = DoubleField(null=True)
    geo_cell = BigIntegerField(null=True, index=True)  # its place on the globe's quadtree
    time_zone = TextField()
    opening_hours = BlobField(null=True)
    parking_type = SmallIntegerField(null=True)
    facilities = BlobField(null=True)
    access_methods = BlobField(null=True)
    contact_phone = TextField(null=True)
    contact_email = TextField(null=True)
    images = BlobField(null=True)
    tariff_group = TextField(null=True, index=True)
    state = SmallIntegerField(default=1)
    search_text = TextField(default="")  # what the text filter looks in, case-folded

    class Meta:
        """Lists by what they are filtered by."""

        indexes = listed_by("region_code", "state", "partner", "external_id")


class ChargePoint(Resource):
    """A charging station."""

    external_id = TextField(null=True)
    display_name = TextField(null=True)
    location = TextField()
    kind = SmallIntegerField(default=1)
    owner = TextField(null=True, index=True)
    state = SmallIntegerField(default=1)
    tariff_group = TextField(null=True, index=True)
    circuit = TextField(null=True)
    electricity_rate = TextField(null=True, index=True)
    capabilities = BlobField(null=True)
    auto_start = BooleanField(null=True)
    allowed_ocpp_versions = BlobField(null=True)
    security_profile = SmallIntegerField(default=2)
    security_profile_in_force = SmallIntegerField(null=True)
    security_profile_wanted = SmallIntegerField(null=True)  # asked of the charger, not reached yet
    password_hash = TextField(null=True)
    next_password_hash = TextField(null=True)  # told the charger, which may not have taken it yet
    ocpp_identity = TextField(null=True, unique=True)
    strict_ocpp = BooleanField(null=True)
    default_ocpp_version = SmallIntegerField(null=True)
    pinged = BooleanField(null=True)
    clock_time_zone = TextField(null=True)
    vendor = TextField(null=True)
    model = TextField(null=True)
    serial_number = TextField(null=True)
    charge_box_serial_number = TextField(null=True)
    firmware_version = TextField(null=True)
    iccid = TextField(null=True)
    imsi = TextField(null=True)
    meter_type = TextField(null=True)
    meter_serial_number = TextField(null=True)
    ocpp_version = SmallIntegerField(null=True)
    registration_status = TextField(null=True)  # our last answer to a BootNotification
    network_status = SmallIntegerField(default=1)
    hardware_status = SmallIntegerField(null=True)
    hardware_status_time = BigIntegerField(null=True)
    error_code = TextField(null=True)
    error_info = TextField(null=True)
    vendor_id = TextField(null=True)  # whose the vendor_error_code is
    vendor_error_code = TextField(null=True)
    last_boot_time = BigIntegerField(null=True)
    last_seen_time = BigIntegerField(null=True)
    connected_since = BigIntegerField(null=True)
    connected_node = TextField(null=True)  # the node that holds its connection
    circuit_membership = BlobField(null=True)
    violation_count = BigIntegerField(default=0)
    search_text = TextField(default="")
    configuration_template = TextField(null=True)
    configuration_reading = SmallIntegerField(null=True)
    configuration_firmware = TextField(null=True)  # which firmware's configuration was asked for
    configuration_attempts = SmallIntegerField(null=True)  # how often
    configuration_read_time = BigIntegerField(null=True)  # when it was told to its end

    class Meta:
        """Lists by what they are filtered by and ordered by."""

        indexes = (
            *listed_by(
                "location",
                "kind",
                "state",
                "network_status",
                "hardware_status",
                "vendor",
                "model",
                "firmware_version",
                "partner",
                "circuit",
                "external_id",
                "configuration_template",
            ),
            *ordered_by("display_name", "last_seen_time"),
        )


class Evse(Resource):
    """A part of a charge point that serves one car at a time."""

    external_id = TextField(null=True)
    charge_point = TextField(index=True)
    number = IntegerField()  # its OCPP number, from 1
    location = TextField()  # its charge point's
    display_label = TextField(null=True)
    physical_reference = TextField(null=True, unique=True)
    emi3_id = TextField(null=True)
    current_type = SmallIntegerField(null=True)
    max_power_w = IntegerField(null=True)
    max_current_a = IntegerField(null=True)
    max_voltage_v = IntegerField(null=True)
    phases = SmallIntegerField(null=True)
    phase_rotation = SmallIntegerField(null=True)
    connected_phase = SmallIntegerField(null=True)
    connectors = BlobField(null=True)
    tariff_group = TextField(null=True, index=True)
    allows_reservation = BooleanField(null=True)
    state = SmallIntegerField(default=1)
    hardware_status = SmallIntegerField(null=True)
    hardware_status_time = BigIntegerField(null=True)
    connector_statuses = TextField(null=True)  # of which the hardware status is made (domain)
    error_code = TextField(null=True)
    error_info = TextField(null=True)
    vendor_id = TextField(null=True)
    vendor_error_code = TextField(null=True)
    active_session = TextField(null=True)
    active_reservation = TextField(null=True, index=True)
    limit_a = DoubleField(null=True)
    limit_w = IntegerField(null=True)

    class Meta:
        """Numbers are unique within a charge point; lists by what they are filtered by."""

        indexes = (
            (("charge_point", "number"), True),
            *listed_by(
                "location",
                "hardware_status",
                "current_type",
                "partner",
                "external_id",
                order=("charge_point", "number"),
            ),
            *ordered_by("hardware_status_time"),
        )


class VendorErrorCode(Resource):
    """What one error code of one vendor means. The keys are without case: unique together."""

    vendor_id = TextField()
    vendor_key = TextField(index=True)
    error_code = TextField(index=True)
    error_key = TextField(index=True)
    title = BlobField(null=True)
    description = BlobField(null=True)
    customer_action = BlobField(null=True)
    severity = SmallIntegerField(null=True, index=True)
    search_text = TextField(default="")

    class Meta:
        """A code means one thing to a vendor."""

        indexes = ((("vendor_key", "error_key"), True),)


class UnknownChargePoint(Table):
    """An identity that knocked and is not registered."""

    identity = TextField(primary_key=True)
    remote_address = TextField(null=True)
    first_seen_time = BigIntegerField()
    last_seen_time = BigIntegerField(index=True)
    attempts = IntegerField(default=1)
