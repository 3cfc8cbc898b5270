"""Reservations."""

from peewee import BigIntegerField, Database, IntegerField, Model, SmallIntegerField, TextField
from playhouse.migrate import SchemaMigrator


class Reservation(Model):
    name = TextField(primary_key=True)
    partner = TextField(null=True)
    charge_point = TextField()
    evse = TextField(null=True)
    connector = IntegerField()
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
    create_time = BigIntegerField()
    update_time = BigIntegerField()

    class Meta:
        legacy_table_names = False
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


def up(_: SchemaMigrator, database: Database) -> None:
    """Makes the table."""
    with database.bind_ctx([Reservation]):
        database.create_tables([Reservation])
