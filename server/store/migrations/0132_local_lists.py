"""Local authorization lists: what each charger has."""

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


class LocalList(Model):
    name = TextField(primary_key=True)
    partner = TextField(null=True)
    charge_point = TextField()
    state = SmallIntegerField()
    list_version = IntegerField()
    content_digest = TextField(null=True)
    entry_count = IntegerField()
    charger_status = TextField(null=True)
    send_time = BigIntegerField(null=True)
    claim_time = BigIntegerField(null=True)
    try_time = BigIntegerField()
    create_time = BigIntegerField()
    update_time = BigIntegerField()

    class Meta:
        legacy_table_names = False
        indexes = (
            *(
                ((column, "create_time", "name"), False)
                for column in ("charge_point", "state", "partner")
            ),
            (("content_digest",), False),
            (("create_time", "name"), False),
            (("update_time", "name"), False),
        )


class LocalListContent(Model):
    digest = TextField(primary_key=True)
    entries = BlobField()
    create_time = BigIntegerField()

    class Meta:
        legacy_table_names = False


def up(_: SchemaMigrator, database: Database) -> None:
    """Makes the tables."""
    made = [LocalList, LocalListContent]
    with database.bind_ctx(made):
        database.create_tables(made)
