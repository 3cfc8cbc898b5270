"""Electricity rates with their versions."""

from peewee import BigIntegerField, BlobField, Database, TextField
from playhouse.migrate import SchemaMigrator

from server.store.migrations.initial.base import Resource, Table


class ElectricityRate(Resource):
    display_name = TextField(index=True)
    currency = TextField(index=True)
    time_zone = TextField(null=True)
    default_price = BlobField(null=True)
    tax_percent = BlobField(null=True)
    price_periods = BlobField(null=True)
    energy_mix = BlobField(null=True)
    current_version = TextField(null=True)
    search_text = TextField()


class ElectricityRateVersion(Table):
    name = TextField(primary_key=True)
    partner = TextField(null=True)
    electricity_rate = TextField()
    number = BigIntegerField()
    rate = BlobField()
    create_time = BigIntegerField()

    class Meta:
        indexes = ((("electricity_rate", "number"), True),)


TABLES = [ElectricityRate, ElectricityRateVersion]


def up(_: SchemaMigrator, database: Database) -> None:
    """Makes the tables."""
    with database.bind_ctx(TABLES):
        database.create_tables(TABLES)
