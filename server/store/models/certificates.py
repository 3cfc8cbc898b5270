"""The certificates that charge points asked for."""

from peewee import SQL, BigIntegerField, IntegerField, SmallIntegerField, TextField

from server.store.models.base import Table


class ChargePointCertificate(Table):
    """A charge point's own certificate, from its request on."""

    name = TextField(primary_key=True)
    charge_point = TextField()
    kind = SmallIntegerField()
    state = SmallIntegerField()
    problem = TextField(null=True)
    key_kind = TextField(null=True)
    signing_request = TextField()
    request_number = IntegerField(null=True)  # the charger's own, which it wants to hear again
    certificate_chain = TextField(null=True)
    serial_number = TextField(null=True)
    issuer = TextField(null=True)
    begin_time = BigIntegerField(null=True)
    expire_time = BigIntegerField(null=True)
    due_time = BigIntegerField(null=True)  # when the next step is to be taken; NULL = there is none
    create_time = BigIntegerField()
    update_time = BigIntegerField()

    class Meta:
        """By charge point, newest first; at the door, by the number."""

        indexes = (
            (("charge_point", "create_time", "name"), False),
            (("charge_point", "serial_number"), False),
        )


ChargePointCertificate.add_index(
    ChargePointCertificate.index(
        ChargePointCertificate.due_time,
        where=SQL('"due_time" IS NOT NULL'),
        name="charge_point_certificate_due",
    )
)
