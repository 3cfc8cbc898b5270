"""Who refers to whom, where no column of its own says so."""

from peewee import CompositeKey, TextField

from server.store.models.base import Table


class NestedReference(Table):
    """A reference that stands in a list or within a message, which are kept as bytes."""

    target = TextField()
    referrer = TextField(index=True)
    referrer_kind = TextField()

    class Meta:
        """Once, however often the resource names it."""

        primary_key = CompositeKey("target", "referrer")
