"""Where events are sent to."""

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


class WebhookEndpoint(Model):
    name = TextField(primary_key=True)
    partner = TextField(null=True, index=True)
    external_id = TextField(null=True, index=True)
    labels = BlobField(null=True)
    create_time = BigIntegerField(index=True)
    update_time = BigIntegerField(index=True)
    version = IntegerField()
    display_name = TextField(null=True, index=True)
    url = TextField()
    types = BlobField(null=True)
    subjects = BlobField(null=True)
    charge_points = BlobField(null=True)
    locations = BlobField(null=True)
    state = SmallIntegerField(index=True)
    signing_secret = TextField()
    secret_time = BigIntegerField()
    old_signing_secret = TextField(null=True)
    old_secret_expire_time = BigIntegerField(null=True)
    disable_reason = SmallIntegerField(null=True)
    search_text = TextField()

    class Meta:
        legacy_table_names = False


def up(_: SchemaMigrator, database: Database) -> None:
    """Makes the table."""
    with database.bind_ctx([WebhookEndpoint]):
        database.create_tables([WebhookEndpoint])
