"""What the tables have in common."""

from peewee import BigIntegerField, BlobField, IntegerField, Model, TextField

from server.store.database import proxy


class Table(Model):
    """A table of ours."""

    class Meta:
        """Bound to the database that is open."""

        database = proxy
        legacy_table_names = False


class Resource(Table):
    """A table of resources: keyed by resource name."""

    name = TextField(primary_key=True)
    partner = TextField(null=True, index=True)
    external_id = TextField(null=True, index=True)
    labels = BlobField(null=True)
    create_time = BigIntegerField(index=True)
    update_time = BigIntegerField(index=True)
    version = IntegerField(default=1)  # counts client-writable changes; the etag is made of it
