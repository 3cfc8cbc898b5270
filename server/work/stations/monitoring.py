"""Which variables chargers watch, and what they tell of them."""

from collections.abc import Iterable
from typing import NamedTuple

from peewee import EXCLUDED

from ampline.v1.charge_point_event_pb2 import ChargePointDeviceEvent
from server.domain.monitoring import (
    ClearMonitors,
    DeviceEventsTold,
    Monitor,
    MonitorResult,
    SetMonitors,
)
from server.domain.monitoring import DeviceEvent as Told
from server.resources import events
from server.resources.monitoring import EVENTS, kept_in_event, kept_in_monitor, monitor_name
from server.store.models import DeviceEvent, VariableMonitor
from server.store.statements import Statement, param
from server.store.unit import Unit
from server.work.sessions.places import PlaceRow, find_place
from server.work.sessions.times import believed

_KEPT = ("setting", "kind", "value", "severity", "during_transaction", "report_time")
_KEEP = Statement(
    VariableMonitor.insert(
        name=param("name"),
        charge_point=param("charge_point"),
        monitor_id=param("monitor_id"),
        **{column: param(column) for column in _KEPT},
    ).on_conflict(
        conflict_target=[VariableMonitor.name],
        update={column: getattr(EXCLUDED, column) for column in _KEPT},
    )
)
_OF_CHARGE_POINT = VariableMonitor.charge_point == param("charge_point")
_FORGET_ONE = Statement(VariableMonitor.delete().where(VariableMonitor.name == param("name")))
_FORGET_OLDER = Statement(
    VariableMonitor.delete().where(_OF_CHARGE_POINT & (VariableMonitor.report_time < param("time")))
)
_FORGET_MONITORS = Statement(VariableMonitor.delete().where(_OF_CHARGE_POINT))
_FORGET_EVENTS = Statement(
    DeviceEvent.delete().where(DeviceEvent.charge_point == param("charge_point"))
)


class _Row(NamedTuple):
    """The columns of `DeviceEvent`."""

    charge_point: str
    time: int
    record_time: int
    setting: bytes
    value: str
    trigger: int | None
    kind: int | None
    event_id: int
    cause: int
    tech_code: str
    tech_info: str
    cleared: bool
    ocpp_transaction_id: str
    monitor_id: int
    severity: int | None


_ADD = Statement(
    DeviceEvent.insert(**{column: param(column) for column in _Row._fields}).returning(
        DeviceEvent.number
    )
)
_READ = Statement(EVENTS.query().where(DeviceEvent.number == param("number")))


def reported(unit: Unit, charge_point: str, monitors: Iterable[Monitor]) -> None:
    """The charger told that it has these monitors."""
    for monitor in monitors:
        unit.run(
            _KEEP,
            name=monitor_name(charge_point, monitor.number),
            charge_point=charge_point,
            monitor_id=monitor.number,
            setting=kept_in_monitor(monitor.setting),
            kind=monitor.kind,
            value=monitor.value,
            severity=monitor.severity,
            during_transaction=monitor.during_transaction,
            report_time=unit.now,
        )


def accepted(
    unit: Unit, charge_point: str, command: SetMonitors, results: Iterable[MonitorResult]
) -> None:
    """The charger answered to each of these monitors."""
    kept = [
        Monitor(
            monitor.setting,
            monitor.kind,
            monitor.value,
            monitor.severity,
            monitor.during_transaction,
            result.number or monitor.number,
        )
        for monitor, result in zip(command.monitors, results, strict=False)
        if result.accepted
    ]
    reported(unit, charge_point, kept)


def cleared(
    unit: Unit, charge_point: str, command: ClearMonitors, results: Iterable[MonitorResult]
) -> None:
    """The charger answered to each of these numbers; what it does not find is gone as well."""
    for number, result in zip(command.numbers, results, strict=False):
        if result.accepted or result.status == "NotFound":
            unit.run(_FORGET_ONE, name=monitor_name(charge_point, number))


def forget_older(unit: Unit, charge_point: str, time_us: int) -> None:
    """The charger has no monitors that it did not tell since then."""
    unit.run(_FORGET_OLDER, charge_point=charge_point, time=time_us)


def forget(unit: Unit, charge_point: str) -> None:
    """The charge point is no more."""
    unit.run(_FORGET_MONITORS, charge_point=charge_point)
    unit.run(_FORGET_EVENTS, charge_point=charge_point)


def events_told(unit: Unit, charge_point: str, fact: DeviceEventsTold) -> None:
    """Keeps what a charger told of its components, and tells of it."""
    place = find_place(unit, charge_point)
    if place is not None:
        for told in fact.events:
            _keep_event(unit, charge_point, place, told)


def _keep_event(unit: Unit, charge_point: str, place: PlaceRow, told: Told) -> None:
    time, _ = believed(told.time, unit.now)
    row = _Row(
        charge_point,
        time,
        unit.now,
        kept_in_event(told.setting),
        told.value,
        told.trigger,
        told.kind,
        told.number,
        told.cause,
        told.tech_code,
        told.tech_info,
        told.cleared,
        told.transaction_id,
        told.monitor,
        told.severity,
    )
    written = unit.one_written(_ADD, **row._asdict())
    assert written is not None
    kept = unit.one(_READ, number=written[0])
    assert kept is not None
    unit.tell(
        events.event(
            "charge_point.device_event",
            charge_point,
            ChargePointDeviceEvent(device_event=EVENTS.to_message(kept)),
            time,
            charge_point=charge_point,
            location=place.location,
            partner=place.partner,
        )
    )
