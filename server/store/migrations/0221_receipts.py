"""Receipts."""

from peewee import (
    BigIntegerField,
    BlobField,
    Database,
    IntegerField,
    SmallIntegerField,
    TextField,
)
from playhouse.migrate import SchemaMigrator

from server.store.migrations.initial.base import Table


class Receipt(Table):
    name = TextField(primary_key=True)
    number = TextField(unique=True)
    year = SmallIntegerField()
    place = IntegerField()
    series = TextField()
    kind = SmallIntegerField()
    corrected_receipt = TextField(null=True)
    corrected_number = TextField(null=True)
    user = TextField(null=True)
    partner = TextField(null=True)
    session = TextField(null=True)
    month = BlobField(null=True)
    language_code = TextField()
    time_zone = TextField()
    seller = BlobField(null=True)
    buyer = BlobField(null=True)
    items = BlobField(null=True)
    tax_lines = BlobField(null=True)
    currency = TextField()
    net_micros = BigIntegerField()
    tax_micros = BigIntegerField()
    total_micros = BigIntegerField()
    create_time = BigIntegerField()

    class Meta:
        indexes = (
            (("series", "year", "place"), True),
            (("create_time", "name"), False),
            (("user", "create_time", "name"), False),
            (("session", "create_time", "name"), False),
            (("partner", "create_time", "name"), False),
            (("corrected_receipt", "create_time", "name"), False),
        )


class ReceiptedAmount(Table):
    receipt = TextField()
    source = TextField()
    turn = IntegerField()
    tax_percent = TextField()
    net_micros = BigIntegerField()
    tax_micros = BigIntegerField()

    class Meta:
        indexes = ((("source", "turn", "tax_percent"), True),)


TABLES = [Receipt, ReceiptedAmount]


def up(_: SchemaMigrator, database: Database) -> None:
    """Makes the tables."""
    with database.bind_ctx(TABLES):
        database.create_tables(TABLES)
