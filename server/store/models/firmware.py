"""Firmware: images of it, and which charger was given which."""

from peewee import BigIntegerField, BlobField, IntegerField, SmallIntegerField, TextField

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
