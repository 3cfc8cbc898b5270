"""The certificates that charge points asked for."""

from peewee import BigIntegerField, Database, IntegerField, Model, SmallIntegerField, TextField
from playhouse.migrate import SchemaMigrator


class ChargePointCertificate(Model):
    name = TextField(primary_key=True)
    charge_point = TextField()
    kind = SmallIntegerField()
    state = SmallIntegerField()
    problem = TextField(null=True)
    key_kind = TextField(null=True)
    signing_request = TextField()
    request_number = IntegerField(null=True)
    certificate_chain = TextField(null=True)
    serial_number = TextField(null=True)
    issuer = TextField(null=True)
    begin_time = BigIntegerField(null=True)
    expire_time = BigIntegerField(null=True)
    due_time = BigIntegerField(null=True)
    create_time = BigIntegerField()
    update_time = BigIntegerField()

    class Meta:
        legacy_table_names = False
        indexes = (
            (("charge_point", "create_time", "name"), False),
            (("charge_point", "serial_number"), False),
        )


def up(_: SchemaMigrator, database: Database) -> None:
    """Makes the table, with an index of those rows that wait for a step."""
    with database.bind_ctx([ChargePointCertificate]):
        database.create_tables([ChargePointCertificate])
    database.execute_sql(
        'CREATE INDEX "charge_point_certificate_due" ON "charge_point_certificate" ("due_time")'
        ' WHERE "due_time" IS NOT NULL'
    )
