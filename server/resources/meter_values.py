"""Meter values of sessions."""

from ampline.v1.meter_value_pb2 import MeterValue
from server.resources.mapping import Computed, Mapping
from server.store import models


def _name(session: str, number: int) -> str:
    return f"{session}/meterValues/{number}"


MAPPING = Mapping(
    MeterValue,
    models.MeterValue,
    columns={"sampled_values": "body"},
    computed={"name": Computed(("session", "number"), _name)},
)
