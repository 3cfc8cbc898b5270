"""Firmware: images of it, and which charger was given which."""

from peewee import (
    BigIntegerField,
    BlobField,
    Database,
    IntegerField,
    Model,
    SmallIntegerField,
    TextField,
)
from playhouse.migrate import SchemaMigrator

from server.store.migrations.initial.base import Resource


class FirmwareImage(Resource):
    display_name = TextField(null=True, index=True)
    firmware_version = TextField(index=True)
    vendor = TextField(null=True)
    models = BlobField(null=True)
    description = TextField(null=True)
    signing_certificate = TextField(null=True)
    signature = TextField(null=True)
    state = SmallIntegerField()
    file = TextField(null=True, index=True)
    file_name = TextField(null=True)
    size_bytes = BigIntegerField(null=True)
    sha256 = TextField(null=True)
    md5 = TextField(null=True)
    upload_time = BigIntegerField(null=True)
    search_text = TextField()

    class Meta:
        legacy_table_names = False
        indexes = tuple(
            ((column, "create_time", "name"), False) for column in ("state", "vendor", "partner")
        )


class FirmwareUpdate(Model):
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
    attempts = IntegerField()
    claim_time = BigIntegerField(null=True)
    create_time = BigIntegerField()
    update_time = BigIntegerField()
    end_time = BigIntegerField(null=True)

    class Meta:
        legacy_table_names = False
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


def up(_: SchemaMigrator, database: Database) -> None:
    """Makes the tables."""
    made = [FirmwareImage, FirmwareUpdate]
    with database.bind_ctx(made):
        database.create_tables(made)
