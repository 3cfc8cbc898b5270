"""What the text filters go by."""

from peewee import BigIntegerField, CompositeKey, TextField

from server.store.models.base import Table


class SearchGram(Table):
    """Three letters in a row that a resource's `search_text` has.

    The key is the order in which a list comes unless another is asked for, so that walking along
    the rows of one gram gives the resources that have it, a page at a time.
    """

    collection = TextField()  # the resource's table
    gram = TextField()
    create_time = BigIntegerField()  # the resource's
    name = TextField()  # the resource's

    class Meta:
        """Nothing but its key: on SQLite the key is the table."""

        primary_key = CompositeKey("collection", "gram", "create_time", "name")
