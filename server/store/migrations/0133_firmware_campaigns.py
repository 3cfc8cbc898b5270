"""One firmware for many chargers."""

from peewee import (
    BigIntegerField,
    BlobField,
    BooleanField,
    Database,
    IntegerField,
    SmallIntegerField,
    TextField,
)
from playhouse.migrate import SchemaMigrator

from server.store.migrations.initial.base import Resource


class FirmwareCampaign(Resource):
    display_name = TextField(null=True, index=True)
    firmware_image = TextField(index=True)
    charge_points = BlobField(null=True)
    selection = BlobField(null=True)
    max_concurrent = IntegerField()
    max_failures = IntegerField()
    max_attempts = IntegerField()
    start_time = BigIntegerField(null=True)
    without_signature = BooleanField(null=True)
    state = SmallIntegerField()
    pause_reason = SmallIntegerField(null=True)
    forgiven = IntegerField()
    begin_time = BigIntegerField(null=True)
    end_time = BigIntegerField(null=True)

    class Meta:
        legacy_table_names = False
        indexes = tuple(((column, "create_time", "name"), False) for column in ("state", "partner"))


def up(migrator: SchemaMigrator, database: Database) -> None:
    """Makes the table; an update may be put off."""
    with database.bind_ctx([FirmwareCampaign]):
        database.create_tables([FirmwareCampaign])
    migrator.migrate(migrator.add_column("firmware_update", "try_time", BigIntegerField(null=True)))
