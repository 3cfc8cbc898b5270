"""What happened: the first schema."""

from peewee import BigAutoField, BigIntegerField, BlobField, SmallIntegerField, TextField

from server.store.migrations.initial.base import Table


class EventHead(Table):
    id = SmallIntegerField(primary_key=True)
    position = BigIntegerField()


class Event(Table):
    position = BigIntegerField(primary_key=True)
    type = TextField()
    subject = TextField()
    charge_point = TextField(null=True)
    location = TextField(null=True)
    partner = TextField(null=True)
    record_time = BigIntegerField(index=True)
    body = BlobField()

    class Meta:
        indexes = (
            (("subject", "position"), False),
            (("charge_point", "position"), False),
            (("type", "position"), False),
        )


class OcppMessage(Table):
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
        indexes = ((("charge_point", "number"), False), (("call_time",), False))
