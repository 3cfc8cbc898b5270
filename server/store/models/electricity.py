"""What electricity costs the operator."""

from peewee import BigIntegerField, BlobField, TextField

from server.store.models.base import Resource, Table


class ElectricityRate(Resource):
    """A rate as it is now."""

    display_name = TextField(index=True)
    currency = TextField(index=True)
    time_zone = TextField(null=True)
    default_price = BlobField(null=True)
    tax_percent = BlobField(null=True)
    price_periods = BlobField(null=True)
    energy_mix = BlobField(null=True)
    current_version = TextField(null=True)
    search_text = TextField(default="")


class ElectricityRateVersion(Table):
    """A rate as it was from `create_time` on. Append only; stays when the rate goes."""

    name = TextField(primary_key=True)
    partner = TextField(null=True)
    electricity_rate = TextField()
    number = BigIntegerField()
    rate = BlobField()
    create_time = BigIntegerField()

    class Meta:
        """By the rate's numbers, from 1."""

        indexes = ((("electricity_rate", "number"), True),)
