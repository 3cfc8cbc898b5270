"""Local authorization lists: what each charger has."""

from peewee import BigIntegerField, BlobField, IntegerField, SmallIntegerField, TextField

from server.store.models.base import Table


class LocalList(Table):
    """The list that a charger has."""

    name = TextField(primary_key=True)
    partner = TextField(null=True)
    charge_point = TextField()
    state = SmallIntegerField()
    list_version = IntegerField(default=0)
    content_digest = TextField(null=True)  # the digest of what it has; null = that is not known
    entry_count = IntegerField(default=0)
    charger_status = TextField(null=True)
    send_time = BigIntegerField(null=True)
    claim_time = BigIntegerField(null=True)  # until when somebody is sending it
    try_time = BigIntegerField(default=0)  # not before this is it sent by itself
    create_time = BigIntegerField()
    update_time = BigIntegerField()

    class Meta:
        """Lists by time, alone and behind each filter."""

        indexes = (
            *(
                ((column, "create_time", "name"), False)
                for column in ("charge_point", "state", "partner")
            ),
            (("content_digest",), False),
            (("create_time", "name"), False),
            (("update_time", "name"), False),
        )


class LocalListContent(Table):
    """What a list has, kept once for all chargers that have the same."""

    digest = TextField(primary_key=True)
    entries = BlobField()  # JSON, compressed: ID tags, and the digest of what was told of each
    create_time = BigIntegerField()
