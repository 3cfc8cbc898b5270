"""What is done again and again, and what the event log calls for."""

from peewee import BigIntegerField, TextField

from server.store.models.base import Table


class ClockJob(Table):
    """A job of the clock's: who puts `due_time` off, in the transaction of its work, does it."""

    name = TextField(primary_key=True)
    due_time = BigIntegerField()


class Reaction(Table):
    """Somebody who reads the event log: up to which position it has done what that called for."""

    name = TextField(primary_key=True)
    position = BigIntegerField()


class Node(Table):
    """A node of several, which is believed to live until that time."""

    name = TextField(primary_key=True)
    until = BigIntegerField()
