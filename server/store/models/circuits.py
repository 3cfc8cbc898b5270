"""Circuits."""

from peewee import BlobField, DoubleField, IntegerField, SmallIntegerField, TextField

from server.store.models.base import Resource


class Circuit(Resource):
    """A limited supply."""

    display_name = TextField(index=True)
    parent_circuit = TextField(null=True, index=True)
    max_current_a = DoubleField()
    phases = SmallIntegerField(default=2)
    connected_phase = SmallIntegerField(null=True)
    voltage_v = IntegerField(default=230)
    min_current_a = DoubleField(default=6.0)
    schedule = BlobField(null=True)
    location = TextField(null=True, index=True)
    offline_reserved_current_a = DoubleField(null=True)
    priorities = BlobField(null=True)
    when_full = SmallIntegerField(default=1)
    state = SmallIntegerField(default=1, index=True)
    search_text = TextField(default="")
