"""Tariffs and tariff groups: the first schema."""

from peewee import (
    AutoField,
    BigIntegerField,
    BlobField,
    BooleanField,
    IntegerField,
    SmallIntegerField,
    TextField,
)

from server.store.migrations.initial.base import Resource, Table


class Tariff(Resource):
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
    state = SmallIntegerField(index=True)
    pricing_type = SmallIntegerField()
    search_text = TextField()


class TariffGroup(Resource):
    display_name = TextField(index=True)
    entries = BlobField(null=True)
    operator_default = BooleanField(index=True)
    search_text = TextField()


class TariffGroupEntry(Table):
    id = AutoField()
    tariff_group = TextField()
    position = IntegerField()
    tariff = TextField(index=True)

    class Meta:
        indexes = ((("tariff_group", "position"), True),)


class TariffSnapshot(Table):
    key = TextField(primary_key=True)
    tariff = TextField()
    body = BlobField()
    create_time = BigIntegerField()
