"""Logs that chargers upload, and who may bring or fetch a file."""

from peewee import BigIntegerField, Database, IntegerField, Model, SmallIntegerField, TextField
from playhouse.migrate import SchemaMigrator


class FileTicket(Model):
    secret_hash = TextField(primary_key=True)
    resource = TextField(index=True)
    purpose = SmallIntegerField()
    max_bytes = BigIntegerField(null=True)
    expire_time = BigIntegerField(index=True)
    used_time = BigIntegerField(null=True)

    class Meta:
        legacy_table_names = False


class ChargePointLog(Model):
    name = TextField(primary_key=True)
    partner = TextField(null=True)
    charge_point = TextField()
    kind = SmallIntegerField()
    state = SmallIntegerField()
    charger_status = TextField(null=True)
    command = TextField()
    transfer_number = IntegerField(null=True)
    uri = TextField(null=True)
    oldest_time = BigIntegerField(null=True)
    newest_time = BigIntegerField(null=True)
    file = TextField(null=True, index=True)
    file_name = TextField(null=True)
    size_bytes = BigIntegerField(null=True)
    sha256 = TextField(null=True)
    upload_time = BigIntegerField(null=True)
    create_time = BigIntegerField()
    update_time = BigIntegerField()

    class Meta:
        legacy_table_names = False
        indexes = (
            *(
                ((column, "create_time", "name"), False)
                for column in ("charge_point", "kind", "state", "partner")
            ),
            (("create_time", "name"), False),
            (("update_time", "name"), False),
        )


def up(_: SchemaMigrator, database: Database) -> None:
    """Makes the tables."""
    made = [FileTicket, ChargePointLog]
    with database.bind_ctx(made):
        database.create_tables(made)
