"""Entries of the status log: one pair of statuses, in the fields of its kind."""

from ampline.v1.status_log_pb2 import StatusLogEntry
from server.resources.mapping import Computed, Mapping
from server.store import models

_PAIRS: dict[int, tuple[str, str]] = {
    StatusLogEntry.NETWORK: ("old_network_status", "network_status"),
    StatusLogEntry.CHARGE_POINT_HARDWARE: ("old_hardware_status", "hardware_status"),
    StatusLogEntry.EVSE_HARDWARE: ("old_evse_hardware_status", "evse_hardware_status"),
}
_FIELDS = tuple(field for pair in _PAIRS.values() for field in pair)


def _name(charge_point: str, number: int) -> str:
    return f"{charge_point}/statusLog/{number}"


def _statuses(kind: int, old_status: int, status: int) -> tuple[int | None, ...]:
    """A value for each of the fields: two of them have one."""
    told = dict(zip(_PAIRS[kind], (old_status, status), strict=True))
    return tuple(told.get(field) for field in _FIELDS)


MAPPING = Mapping(
    StatusLogEntry,
    models.StatusLogEntry,
    key="number",
    computed={
        "name": Computed(("charge_point", "number"), _name),
        _FIELDS: Computed(("kind", "old_status", "status"), _statuses),
    },
    elsewhere=("vendor_error",),
)
