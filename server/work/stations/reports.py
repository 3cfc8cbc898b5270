"""What charging stations tell of themselves: boots, statuses, data."""

import random
from dataclasses import replace
from typing import Any, NamedTuple

from google.protobuf.message import Message

from ampline.v1 import charge_point_event_pb2
from ampline.v1.vendor_error_code_pb2 import VendorErrorText
from server.domain.connector_statuses import ConnectorStatuses
from server.domain.facts import (
    Booted,
    DataAnswer,
    DataReceived,
    DataStatus,
    EvseStatus,
    EvseStatusReported,
    SecurityEventReported,
    StationStatusReported,
)
from server.resources import events
from server.resources.vendor_error_codes import text_of
from server.store.clock import to_datetime
from server.store.models import ChargePoint, Evse
from server.store.statements import Statement, param
from server.store.unit import Unit
from server.work.balancing import supplies
from server.work.rules import Rules
from server.work.sessions import transactions, turns
from server.work.sessions.evses import evse_name, find_or_make_evse
from server.work.sessions.times import believed
from server.work.stations import configuration_reading, status_log, transfers

DISABLED = 2  # ampline.v1.ChargePoint.State
PENDING_INTERVAL = 10
"""Seconds after which a charger that has to wait boots again."""

_JITTER = 0.1
"""By how much heartbeat intervals differ, so that chargers that booted together do not call
together ever after."""


class Registration(NamedTuple):
    """Our answer to a BootNotification; `interval`, in seconds, is of heartbeats, or until it boots
    again."""

    status: str
    interval: int


_STATION = Statement(
    ChargePoint.select(
        ChargePoint.location,
        ChargePoint.partner,
        ChargePoint.state,
        ChargePoint.ocpp_version,
        ChargePoint.hardware_status,
        ChargePoint.hardware_status_time,
        ChargePoint.error_code,
        ChargePoint.vendor_error_code,
    ).where(ChargePoint.name == param("name"))
)
_VENDOR = Statement(ChargePoint.select(ChargePoint.vendor).where(ChargePoint.name == param("name")))
_BOOT_COLUMNS = (
    "vendor",
    "model",
    "serial_number",
    "charge_box_serial_number",
    "firmware_version",
    "iccid",
    "imsi",
    "meter_type",
    "meter_serial_number",
)
_BOOT = Statement(
    ChargePoint.update(
        registration_status=param("status"),
        last_boot_time=param("boot_time"),
        **{column: param(column) for column in _BOOT_COLUMNS},
    ).where(ChargePoint.name == param("name"))
)
_REJECT = Statement(
    ChargePoint.update(registration_status="Rejected").where(ChargePoint.name == param("name"))
)
_STATION_STATUS = Statement(
    ChargePoint.update(
        hardware_status=param("status"),
        hardware_status_time=param("time"),
        error_code=param("error_code"),
        error_info=param("error_info"),
        vendor_id=param("vendor_id"),
        vendor_error_code=param("vendor_error_code"),
    ).where(ChargePoint.name == param("name"))
)
_EVSE = Statement(
    Evse.select(
        Evse.location,
        Evse.partner,
        Evse.connector_statuses,
        Evse.hardware_status,
        Evse.error_code,
        Evse.vendor_error_code,
    ).where(Evse.name == param("name"))
)
_EVSE_STATUS = Statement(
    Evse.update(
        connector_statuses=param("connector_statuses"),
        hardware_status=param("status"),
        hardware_status_time=param("time"),
        error_code=param("error_code"),
        error_info=param("error_info"),
        vendor_id=param("vendor_id"),
        vendor_error_code=param("vendor_error_code"),
    ).where(Evse.name == param("name"))
)


def booted(unit: Unit, rules: Rules, charge_point: str, fact: Booted) -> Registration:
    """Registers a boot; one that is disabled, or deleted, is rejected. A setting has it wait until
    its configuration is read."""
    row = unit.one(_STATION, name=charge_point)
    if row is None or row[2] == DISABLED:
        registration = Registration("Rejected", _interval(rules))
    elif rules.pending_until_read and configuration_reading.is_due(
        unit, rules, charge_point, fact.firmware_version
    ):
        registration = Registration("Pending", PENDING_INTERVAL)
    else:
        registration = Registration("Accepted", _interval(rules))
    if row is None:
        return registration
    if registration.status != "Rejected":
        fields = {column: getattr(fact, column) or None for column in _BOOT_COLUMNS}
        unit.run(_BOOT, name=charge_point, status=registration.status, boot_time=unit.now, **fields)
        supplies.rebooted(unit, charge_point)
    else:
        unit.run(_REJECT, name=charge_point)
    payload = charge_point_event_pb2.ChargePointBooted(
        **{column: getattr(fact, column) for column in _BOOT_COLUMNS},
        reason=fact.reason,
        registration_status=registration.status,
        ocpp_version=row[3],
    )
    _tell(unit, "charge_point.booted", charge_point, payload, row)
    transfers.booted(unit, charge_point, fact.firmware_version)
    return registration


def _interval(rules: Rules) -> int:
    return max(1, round(rules.heartbeat * (1 - random.random() * _JITTER)))  # noqa: S311 - no secret


def evse_status(unit: Unit, charge_point: str, fact: EvseStatusReported) -> None:
    """An EVSE's status, made of its connectors', each by the newest event time; one that nobody
    registered is made.

    That it is occupied says less than what its transaction says, if there is one.
    """
    if fact.status is EvseStatus.OCCUPIED:
        busy = transactions.status_on(unit, charge_point, fact.evse)
        fact = replace(fact, status=busy or fact.status)
    name = evse_name(charge_point, fact.evse)
    row = unit.one(_EVSE, name=name)
    if row is None:
        made = find_or_make_evse(unit, charge_point, fact.evse)
        row = (made.location, made.partner, None, None, None, None)
    known, old, *error = row[2:]
    time = _event_time(unit, fact)
    told = ConnectorStatuses.parse(known or "").tell(fact.connector, fact.status, time)
    if told is None:
        return
    fact = replace(fact, status=told.status)
    unit.run(_EVSE_STATUS, name=name, connector_statuses=str(told), **_status(fact, told.time))
    if [old, *error] == [fact.status, fact.error_code or None, fact.vendor_error_code or None]:
        return
    status_log.hardware(unit, charge_point, old, fact, time, name)
    payload = charge_point_event_pb2.EvseHardwareStatusChanged(
        old_status=old or 0,  # type: ignore[arg-type] # the same numbers
        new_status=fact.status,  # type: ignore[arg-type] # the same numbers
        connector=fact.connector,
        **_error(unit, charge_point, fact),
    )
    _tell(
        unit,
        "evse.hardware_status_changed",
        name,
        payload,
        row,
        charge_point=charge_point,
        time=time,
    )
    if old != fact.status:
        before = EvseStatus(old) if old else None
        when = fact.time or to_datetime(time)
        turns.status_changed(unit, charge_point, name, before, fact.status, when)


def station_status(unit: Unit, charge_point: str, fact: StationStatusReported) -> None:
    """The status of a charge point as a whole, by the newest event time."""
    row = unit.one(_STATION, name=charge_point)
    if row is None:
        return
    old, since, *error = row[4:]
    time = _event_time(unit, fact)
    if since is not None and time < since:
        return
    unit.run(_STATION_STATUS, name=charge_point, **_status(fact, time))
    if [old, *error] == [fact.status, fact.error_code or None, fact.vendor_error_code or None]:
        return
    status_log.hardware(unit, charge_point, old, fact, time)
    payload = charge_point_event_pb2.ChargePointHardwareStatusChanged(
        old_status=old or 0,  # type: ignore[arg-type] # the same numbers
        new_status=fact.status,  # type: ignore[arg-type] # the same numbers
        **_error(unit, charge_point, fact),
    )
    _tell(
        unit,
        "charge_point.hardware_status_changed",
        charge_point,
        payload,
        row,
        time=time,
    )


def _event_time(unit: Unit, fact: EvseStatusReported | StationStatusReported) -> int:
    """When it happened; never later than now, or a clock ahead would lock the status for long."""
    return min(believed(fact.time, unit.now)[0], unit.now)


def _status(fact: EvseStatusReported | StationStatusReported, time: int) -> dict[str, Any]:
    return {
        "status": fact.status,
        "time": time,
        "error_code": fact.error_code or None,
        "error_info": fact.error_info or None,
        "vendor_id": fact.vendor_id or None,
        "vendor_error_code": fact.vendor_error_code or None,
    }


def _error(
    unit: Unit, charge_point: str, fact: EvseStatusReported | StationStatusReported
) -> dict[str, Any]:
    return {
        "error_code": fact.error_code,
        "error_info": fact.error_info,
        "vendor_id": fact.vendor_id,
        "vendor_error_code": fact.vendor_error_code,
        "vendor_error": _vendor_error(unit, charge_point, fact),
    }


def _vendor_error(
    unit: Unit, charge_point: str, fact: EvseStatusReported | StationStatusReported
) -> VendorErrorText | None:
    """What the vendor's code means; the vendor is who made the charger, unless that is said."""
    if not fact.vendor_error_code:
        return None
    (made_by,) = unit.one(_VENDOR, name=charge_point) or ("",)
    return text_of(unit, fact.vendor_id or made_by or "", fact.vendor_error_code)


def security_event(unit: Unit, charge_point: str, fact: SecurityEventReported) -> None:
    """Something about the charger's own security; told with the time that it happened."""
    row = unit.one(_STATION, name=charge_point)
    if row is not None:
        payload = charge_point_event_pb2.ChargePointSecurityEvent(
            type=fact.kind, tech_info=fact.tech_info
        )
        time, _ = believed(fact.time, unit.now)
        _tell(unit, "charge_point.security_event", charge_point, payload, row, time=time)


def data_received(unit: Unit, rules: Rules, charge_point: str, fact: DataReceived) -> DataAnswer:
    """A charger sent data of a vendor's own kind: for whoever knows that vendor."""
    handler = rules.data_handlers.get(fact.vendor_id)
    answer = DataAnswer(DataStatus.UNKNOWN_VENDOR)
    if handler is not None:
        answer = handler.answer(unit, charge_point, fact)
    row = unit.one(_STATION, name=charge_point)
    if row is not None:
        payload = charge_point_event_pb2.ChargePointDataTransfer(
            vendor_id=fact.vendor_id,
            message_id=fact.message_id,
            data=fact.data,
            status=answer.status.value,
        )
        _tell(unit, "charge_point.data_transfer_received", charge_point, payload, row)
    return answer


def _tell(
    unit: Unit,
    type: str,  # noqa: A002 - the event's word
    subject: str,
    payload: Message,
    row: tuple[Any, ...],
    *,
    charge_point: str | None = None,
    time: int | None = None,
) -> None:
    """An event; `row` begins with location and partner."""
    unit.tell(
        events.event(
            type,
            subject,
            payload,
            unit.now if time is None else time,
            charge_point=charge_point or subject,
            location=row[0],
            partner=row[1],
        )
    )
