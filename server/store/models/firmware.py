"""Firmware: images of it, which charger was given which, and campaigns."""

from peewee import (
    BigIntegerField,
    BlobField,
    BooleanField,
    IntegerField,
    SmallIntegerField,
    TextField,
)

from server.store.models.base import Resource, Table


class FirmwareImage(Resource):
    """A firmware that chargers can be given."""

    display_name = TextField(null=True, index=True)
    firmware_version = TextField(index=True)
    vendor = TextField(null=True)
    models = BlobField(null=True)
    description = TextField(null=True)
    signing_certificate = TextField(null=True)
    signature = TextField(null=True)
    state = SmallIntegerField(default=1)
    file = TextField(null=True, index=True)  # the key of its file
    file_name = TextField(null=True)
    size_bytes = BigIntegerField(null=True)
    sha256 = TextField(null=True)
    md5 = TextField(null=True)
    upload_time = BigIntegerField(null=True)
    search_text = TextField(default="")

    class Meta:
        """Lists by what they are filtered by."""

        indexes = tuple(
            ((column, "create_time", "name"), False) for column in ("state", "vendor", "partner")
        )


class FirmwareUpdate(Table):
    """A firmware that one charger was given, or is to be given."""

    name = TextField(primary_key=True)
    partner = TextField(null=True)
    charge_point = TextField()
    firmware_image = TextField(null=True)
    firmware_campaign = TextField(null=True)
    state = SmallIntegerField()
    charger_status = TextField(null=True)
    failure = TextField(null=True)
    transfer_number = IntegerField(null=True)
    uri = TextField(null=True)
    old_version = TextField(null=True)
    new_version = TextField(null=True)
    attempts = IntegerField(default=0)
    claim_time = BigIntegerField(null=True)  # until when a node is about to tell the charger
    try_time = BigIntegerField(null=True)  # not told before
    publishes = BooleanField(default=False)
    published_uris = BlobField(null=True)
    create_time = BigIntegerField()
    update_time = BigIntegerField()
    end_time = BigIntegerField(null=True)

    class Meta:
        """Lists by time, alone and behind each filter; campaigns go by state."""

        indexes = (
            *(
                ((column, "create_time", "name"), False)
                for column in (
                    "charge_point",
                    "firmware_image",
                    "firmware_campaign",
                    "state",
                    "partner",
                )
            ),
            (("firmware_campaign", "state"), False),
            (("create_time", "name"), False),
            (("update_time", "name"), False),
        )


class FirmwareCampaign(Resource):
    """One firmware for many chargers."""

    display_name = TextField(null=True, index=True)
    firmware_image = TextField(index=True)
    charge_points = BlobField(null=True)
    selection = BlobField(null=True)
    max_concurrent = IntegerField(default=10)
    max_failures = IntegerField(default=5)
    max_attempts = IntegerField(default=3)
    start_time = BigIntegerField(null=True)
    without_signature = BooleanField(null=True)
    state = SmallIntegerField(default=1)
    pause_reason = SmallIntegerField(null=True)
    forgiven = IntegerField(default=0)  # failures before it was last resumed
    begin_time = BigIntegerField(null=True)
    end_time = BigIntegerField(null=True)

    class Meta:
        """Lists by what they are filtered by."""

        indexes = tuple(((column, "create_time", "name"), False) for column in ("state", "partner"))
