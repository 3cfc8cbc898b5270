"""What happened: events, and what chargers said."""

from peewee import BigAutoField, BigIntegerField, BlobField, SmallIntegerField, TextField

from server.store.models.base import Table


class EventHead(Table):
    """One row: the newest event's position. Whoever writes events holds it until the commit."""

    id = SmallIntegerField(primary_key=True)
    position = BigIntegerField()


class Event(Table):
    """One event. `body` is a serialized ampline.v1.Event without name and cursor."""

    position = BigIntegerField(primary_key=True)
    type = TextField()
    subject = TextField()
    charge_point = TextField(null=True)
    location = TextField(null=True)
    partner = TextField(null=True)
    record_time = BigIntegerField(index=True)
    body = BlobField()

    class Meta:
        """Filtered lists go by one of these, then by position."""

        indexes = (
            (("subject", "position"), False),
            (("charge_point", "position"), False),
            (("type", "position"), False),
        )


class OcppMessage(Table):
    """A CALL with its answer, or a frame alone."""

    number = BigAutoField()
    charge_point = TextField()
    direction = SmallIntegerField()
    ocpp_version = SmallIntegerField()
    action = TextField(null=True)
    message_id = TextField(null=True)
    call = TextField(null=True)
    answer = TextField(null=True)
    error_code = TextField(null=True)
    violation = TextField(null=True)
    call_time = BigIntegerField()
    answer_time = BigIntegerField(null=True)

    class Meta:
        """By charge point, newest first; by time for the retention."""

        indexes = ((("charge_point", "number"), False), (("call_time",), False))
