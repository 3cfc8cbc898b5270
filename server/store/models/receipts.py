"""Receipts, and what stands on which."""

from peewee import BigIntegerField, BlobField, IntegerField, SmallIntegerField, TextField

from server.store.models.base import Table, listed_by


class Receipt(Table):
    """A receipt as it was issued; never changed. Its number is its series', its year's and that of
    its place in the year, counted from 1."""

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
        """A place once in its series and year; lists by what they are filtered by."""

        indexes = (
            (("series", "year", "place"), True),
            (("create_time", "name"), False),
            *listed_by("user", "session", "partner", "corrected_receipt"),
        )


class ReceiptedAmount(Table):
    """What of a session or a fee stands on a receipt, at one tax rate. Append only: the amounts of
    a source are what was issued of it."""

    receipt = TextField()
    source = TextField()  # `sessions/…`, or of a fee `transactions/…`
    turn = IntegerField()  # counts the receipts of the source, from 0
    tax_percent = TextField()
    net_micros = BigIntegerField()
    tax_micros = BigIntegerField()

    class Meta:
        """Nothing stands on two receipts, however many ask for them at once."""

        indexes = ((("source", "turn", "tax_percent"), True),)
