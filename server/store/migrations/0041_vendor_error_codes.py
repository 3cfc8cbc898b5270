"""What vendors' error codes mean."""

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


class VendorErrorCode(Model):
    name = TextField(primary_key=True)
    partner = TextField(null=True, index=True)
    external_id = TextField(null=True, index=True)
    labels = BlobField(null=True)
    create_time = BigIntegerField(index=True)
    update_time = BigIntegerField(index=True)
    version = IntegerField()
    vendor_id = TextField()
    vendor_key = TextField(index=True)
    error_code = TextField(index=True)
    error_key = TextField(index=True)
    title = BlobField(null=True)
    description = BlobField(null=True)
    customer_action = BlobField(null=True)
    severity = SmallIntegerField(null=True, index=True)
    search_text = TextField()

    class Meta:
        legacy_table_names = False
        indexes = ((("vendor_key", "error_key"), True),)


def up(migrator: SchemaMigrator, database: Database) -> None:
    """Makes the table; a charge point keeps whose its error code is."""
    with database.bind_ctx([VendorErrorCode]):
        database.create_tables([VendorErrorCode])
    migrator.migrate(migrator.add_column("charge_point", "vendor_id", TextField(null=True)))
