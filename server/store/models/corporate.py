"""What companies pay for their users."""

from peewee import BigIntegerField, BlobField, SmallIntegerField, TextField

from server.store.models.base import Table


class CorporateBill(Table):
    """What a company is to pay for one month, in one currency: the sums of its lines, kept in the
    transaction of each."""

    name = TextField(primary_key=True)
    partner = TextField()
    month = BlobField()
    month_number = SmallIntegerField()  # counts months, so that they are in order
    currency = TextField()
    time_zone = TextField()
    net_micros = BigIntegerField(default=0)
    tax_micros = BigIntegerField(default=0)
    total_micros = BigIntegerField(default=0)
    line_count = BigIntegerField(default=0)
    create_time = BigIntegerField()
    update_time = BigIntegerField()

    class Meta:
        """Each month once in each currency; a partner's in order."""

        indexes = ((("partner", "month_number", "currency"), True),)


class CorporateBillLine(Table):
    """One line of a company's bill. Append only."""

    name = TextField(primary_key=True)
    corporate_bill = TextField()
    number = BigIntegerField()
    kind = SmallIntegerField()
    transaction = TextField()
    purchase = SmallIntegerField()
    purchased_resource = TextField()
    user = TextField(null=True)
    location = TextField(null=True)
    energy_wh = BigIntegerField(null=True)
    stop_time = BigIntegerField(null=True)
    currency = TextField()
    net_micros = BigIntegerField()
    tax_micros = BigIntegerField()
    total_micros = BigIntegerField()
    create_time = BigIntegerField()

    class Meta:
        """In the order of the bill; a payment is put on a bill once, and taken off it once."""

        indexes = (
            (("corporate_bill", "number"), True),
            (("transaction", "kind"), True),
        )
