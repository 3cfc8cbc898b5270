"""What is done again and again: the first schema."""

from peewee import BigIntegerField, TextField

from server.store.migrations.initial.base import Table


class ClockJob(Table):
    name = TextField(primary_key=True)
    due_time = BigIntegerField()
