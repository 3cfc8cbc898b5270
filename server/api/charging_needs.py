"""Adds to EVSEs what the cars there asked for."""

from collections.abc import Mapping, Sequence

from ampline.v1.evse_pb2 import Evse
from server.resources.charging_needs import needs_message
from server.store.clock import now_us
from server.store.reads import Rows
from server.work.balancing import needs


def of_evses(rows: Rows, names: Sequence[str]) -> Mapping[str, bytes]:
    """`charging_needs` of EVSEs."""
    return {
        evse: Evse(
            charging_needs=needs_message(told.told_time, told.needs, energy_wh)
        ).SerializeToString()
        for evse, told, energy_wh in needs.shown(rows, names, now_us())
    }
