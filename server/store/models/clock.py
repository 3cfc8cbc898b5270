"""What is done again and again."""

from peewee import BigIntegerField, TextField

from server.store.models.base import Table


class ClockJob(Table):
    """A job of the clock's: who puts `due_time` off, in the transaction of its work, does it."""

    name = TextField(primary_key=True)
    due_time = BigIntegerField()
