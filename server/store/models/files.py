"""Files: who may bring or fetch one, and what they are of."""

from peewee import BigIntegerField, IntegerField, SmallIntegerField, TextField

from server.store.models.base import Table


class FileTicket(Table):
    """A URL that lets whoever has it bring one file, or fetch one; its secret is hashed."""

    secret_hash = TextField(primary_key=True)
    resource = TextField(index=True)  # what the file is of
    purpose = SmallIntegerField()
    max_bytes = BigIntegerField(null=True)  # of a file that may be brought
    expire_time = BigIntegerField(index=True)
    used_time = BigIntegerField(null=True)  # when the file was brought


class ChargePointLog(Table):
    """A log that a charger was asked for."""

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
    file = TextField(null=True, index=True)  # the key of its file
    file_name = TextField(null=True)
    size_bytes = BigIntegerField(null=True)
    sha256 = TextField(null=True)
    upload_time = BigIntegerField(null=True)
    create_time = BigIntegerField()
    update_time = BigIntegerField()

    class Meta:
        """Lists by time, alone and behind each filter."""

        indexes = (
            *(
                ((column, "create_time", "name"), False)
                for column in ("charge_point", "kind", "state", "partner")
            ),
            (("create_time", "name"), False),
            (("update_time", "name"), False),
        )
