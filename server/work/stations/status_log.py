"""The history of statuses: an entry with every change, in the transaction that makes it."""

from enum import IntEnum
from typing import NamedTuple

from server.domain.facts import EvseStatusReported, StationStatusReported
from server.store.models import StatusLogEntry
from server.store.statements import Append, Statement, param
from server.store.unit import Unit

NEVER_CONNECTED = 1  # ampline.v1.NetworkStatus


class Kind(IntEnum):
    """ampline.v1.StatusLogEntry.Kind."""

    NETWORK = 1
    CHARGE_POINT_HARDWARE = 2
    EVSE_HARDWARE = 3


class _Entry(NamedTuple):
    """The columns of `StatusLogEntry`."""

    charge_point: str
    kind: Kind
    time: int
    record_time: int
    old_status: int
    status: int
    reason: str | None = None
    evse: str | None = None
    connector: int | None = None
    error_code: str | None = None
    error_info: str | None = None
    vendor_id: str | None = None
    vendor_error_code: str | None = None


_LOG = Append(StatusLogEntry, _Entry._fields)
_FORGET = Statement(
    StatusLogEntry.delete().where(StatusLogEntry.charge_point == param("charge_point"))
)


def network(unit: Unit, charge_point: str, old: int | None, new: int, reason: str = "") -> None:
    """Whether it can be reached has changed; the numbers are those of ampline.v1.NetworkStatus."""
    entry = _Entry(
        charge_point,
        Kind.NETWORK,
        unit.now,
        unit.now,
        old or NEVER_CONNECTED,
        new,
        reason or None,
    )
    unit.append(_LOG, entry)


def hardware(
    unit: Unit,
    charge_point: str,
    old: int | None,
    fact: EvseStatusReported | StationStatusReported,
    time: int,
    evse: str | None = None,
) -> None:
    """What it says of itself has changed, or of the EVSE; `time` in microseconds."""
    entry = _Entry(
        charge_point,
        Kind.CHARGE_POINT_HARDWARE if evse is None else Kind.EVSE_HARDWARE,
        time,
        unit.now,
        old or 0,
        fact.status,
        evse=evse,
        connector=fact.connector if isinstance(fact, EvseStatusReported) else None,
        error_code=fact.error_code or None,
        error_info=fact.error_info or None,
        vendor_id=fact.vendor_id or None,
        vendor_error_code=fact.vendor_error_code or None,
    )
    unit.append(_LOG, entry)


def forget(unit: Unit, charge_point: str) -> None:
    """The charge point is no more."""
    unit.write_log(_LOG)
    unit.run(_FORGET, charge_point=charge_point)
