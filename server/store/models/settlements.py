"""What partners earned, and how it was settled with them."""

from peewee import (
    BigAutoField,
    BigIntegerField,
    BlobField,
    BooleanField,
    SmallIntegerField,
    TextField,
)

from server.store.models.base import Table


class Earning(Table):
    """What the bill of a partner's session came to, or what a later bill changed of it. Append
    only: the earnings of a session are what it is billed now. Amounts are in `currency`; times in
    microseconds."""

    number = BigAutoField()
    partner = TextField()
    session = TextField()
    location = TextField(null=True)
    charge_point = TextField()
    is_dc = BooleanField()
    currency = TextField()
    net_micros = BigIntegerField()
    tax_micros = BigIntegerField()
    energy_wh = BigIntegerField()
    electricity_micros = BigIntegerField(null=True)
    corrects = BooleanField()  # an earlier bill of the session
    stop_time = BigIntegerField()  # of the session
    create_time = BigIntegerField()
    settlement = TextField(null=True)  # that it is a line of


Earning.add_index(Earning.index(Earning.session))
# Those that are still to be settled, in the order of their lines.
Earning.add_index(
    Earning.index(
        Earning.partner,
        Earning.currency,
        Earning.stop_time,
        Earning.number,
        where=Earning.settlement.is_null(),
        name="earning_open",
    )
)


class Settlement(Table):
    """A partner's report of one month, in one currency."""

    name = TextField(primary_key=True)
    partner = TextField()
    month = BlobField()
    month_number = SmallIntegerField()  # counts months, so that they are in order
    currency = TextField()
    time_zone = TextField()
    state = SmallIntegerField()
    contract = BlobField(null=True)
    figures = BlobField(null=True)
    line_count = BigIntegerField(default=0)
    shared = TextField(default="{}")  # what its lines so far share, by month: to go on from
    issue_time = BigIntegerField(null=True)
    create_time = BigIntegerField()

    class Meta:
        """Each month once in each currency; a partner's in order."""

        indexes = ((("partner", "month_number", "currency"), True),)


class SettlementLine(Table):
    """One line of a report."""

    name = TextField(primary_key=True)
    settlement = TextField()
    number = BigIntegerField()
    kind = SmallIntegerField()
    session = TextField(null=True)
    location = TextField(null=True)
    charge_point = TextField(null=True)
    stop_time = BigIntegerField(null=True)
    figures = BlobField()

    class Meta:
        """In the order of the report."""

        indexes = ((("settlement", "number"), True),)


class SettlementSubtotal(Table):
    """What a report comes to at one place."""

    name = TextField(primary_key=True)
    settlement = TextField()
    place = TextField()  # the location, or location and charge point: in the order of the list
    kind = SmallIntegerField()
    location = TextField(null=True)
    charge_point = TextField(null=True)
    figures = BlobField()

    class Meta:
        """Each place once."""

        indexes = ((("settlement", "place"), True),)
