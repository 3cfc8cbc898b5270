"""Reservations."""

from peewee import SQL, BigIntegerField, BlobField, IntegerField, SmallIntegerField, TextField

from server.store.models.base import Table


class Reservation(Table):
    """A place held for somebody."""

    name = TextField(primary_key=True)
    partner = TextField(null=True)
    charge_point = TextField()
    evse = TextField(null=True)
    connector = IntegerField(default=0)
    location = TextField(null=True)
    user = TextField(null=True)
    id_tag = TextField(null=True)
    token = TextField(null=True)
    parent_group_id = TextField(null=True)
    state = SmallIntegerField()
    expire_time = BigIntegerField()
    session = TextField(null=True, index=True)
    ocpp_reservation_id = IntegerField(null=True)
    end_time = BigIntegerField(null=True)
    cancel_reason = TextField(null=True)
    cancel_asked = TextField(null=True)  # the reason, while its charger is asked to give it up
    tariff_snapshot = TextField(null=True)  # key of a TariffSnapshot: what its time is priced by
    price = BlobField(null=True)
    currency = TextField(null=True)
    held_micros = BigIntegerField(null=True)  # of its user's balance, while it is ACTIVE
    create_time = BigIntegerField()
    update_time = BigIntegerField()

    class Meta:
        """Lists by time, alone and behind each filter; chargers by their number."""

        indexes = (
            (("charge_point", "ocpp_reservation_id"), False),
            (("charge_point", "create_time", "name"), False),
            (("evse", "create_time", "name"), False),
            (("location", "create_time", "name"), False),
            (("user", "create_time", "name"), False),
            (("id_tag", "create_time", "name"), False),
            (("partner", "create_time", "name"), False),
            (("state", "create_time", "name"), False),
            (("create_time", "name"), False),
            (("expire_time", "name"), False),
            (("update_time", "name"), False),
        )


for _by in (Reservation.charge_point, Reservation.expire_time, Reservation.user):
    # Those that hold a place, beside all that did.
    Reservation.add_index(
        Reservation.index(_by, where=SQL('"state" = 1'), name=f"reservation_active_{_by.name}")
    )
