"""Who refers to whom, where no column of its own says so."""

from peewee import BigIntegerField, CompositeKey, TextField

from server.store.models.base import Table


class NestedReference(Table):
    """A reference that stands in a list or within a message, which are kept as bytes."""

    target = TextField()
    referrer = TextField(index=True)
    referrer_kind = TextField()
    create_time = BigIntegerField(default=0)  # the referrer's

    class Meta:
        """Once, however often the resource names it; those of a kind in the order of lists."""

        primary_key = CompositeKey("target", "referrer")
        indexes = ((("target", "referrer_kind", "create_time", "referrer"), False),)
