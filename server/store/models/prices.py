"""Tariffs and tariff groups."""

from peewee import (
    BigIntegerField,
    BlobField,
    BooleanField,
    SmallIntegerField,
    TextField,
)

from server.store.models.base import Resource, Table


class Tariff(Resource):
    """What charging costs."""

    display_name = TextField(index=True)
    description = BlobField(null=True)
    currency = TextField(index=True)
    tax_percent = BlobField(null=True)
    prices_include_tax = BooleanField(null=True)
    charging_allowed = BooleanField(null=True)
    elements = BlobField(null=True)
    min_price = BlobField(null=True)
    max_price = BlobField(null=True)
    preauthorize_amount = BlobField(null=True)
    minimum_balance = BlobField(null=True)
    stop_conditions = BlobField(null=True)
    idle_detection = BlobField(null=True)
    price_locks = BlobField(null=True)
    start_time = BigIntegerField(null=True)
    end_time = BigIntegerField(null=True)
    state = SmallIntegerField(default=1, index=True)
    pricing_type = SmallIntegerField(default=0)  # derived from the elements
    search_text = TextField(default="")


class TariffGroup(Resource):
    """Who pays which tariff."""

    display_name = TextField(index=True)
    entries = BlobField(null=True)
    operator_default = BooleanField(default=False, index=True)
    search_text = TextField(default="")


class TariffSnapshot(Table):
    """A tariff as it was when a session began, kept once however many sessions began with it."""

    key = TextField(primary_key=True)  # SHA-256 of the body
    tariff = TextField()
    body = BlobField()  # a serialized ampline.v1.Tariff
    create_time = BigIntegerField()
