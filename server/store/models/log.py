"""What happened: events, and what chargers said."""

from peewee import BigAutoField, BigIntegerField, BlobField, SmallIntegerField, TextField

from server.store.models.base import Log, Table


class EventHead(Table):
    """One row: the newest event's position. Whoever writes events holds it until the commit."""

    id = SmallIntegerField(primary_key=True)
    position = BigIntegerField()


class Event(Log):
    """One event. `body` is a serialized ampline.v1.Event without name, cursor and partner."""

    position = BigIntegerField(primary_key=True)
    type = TextField()
    subject = TextField()
    charge_point = TextField(null=True)
    location = TextField(null=True)
    partner = TextField(null=True)
    record_time = BigIntegerField()
    body = BlobField()
    person = TextField(null=True)  # the user of whom the body says more than the name


Event.by(Event.type)
Event.by(Event.record_time)
Event.by(Event.subject)
Event.by(Event.charge_point)
Event.by(Event.partner)
Event.add_index(Event.index(Event.person, where=Event.person.is_null(False), name="event_person"))


class OcppMessage(Log):
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
    token = TextField(null=True)  # that it names, without its case

    class Meta:
        """By time, for the retention."""

        indexes = ((("call_time",), False),)


OcppMessage.by(OcppMessage.charge_point)
OcppMessage.add_index(
    OcppMessage.index(
        OcppMessage.token, where=OcppMessage.token.is_null(False), name="ocpp_message_token"
    )
)
