"""What the tables have in common: the first schema."""

from peewee import BigIntegerField, BlobField, IntegerField, Model, TextField


class Table(Model):
    class Meta:
        legacy_table_names = False


class Resource(Table):
    name = TextField(primary_key=True)
    partner = TextField(null=True, index=True)
    external_id = TextField(null=True, index=True)
    labels = BlobField(null=True)
    create_time = BigIntegerField(index=True)
    update_time = BigIntegerField(index=True)
    version = IntegerField()
