"""Block N, diagnostics: variables that a charger watches, and what it tells of them."""

from server.domain.commands import CommandAnswer
from server.domain.monitoring import (
    Base,
    ClearMonitors,
    DeviceEvent,
    DeviceEventsTold,
    EventKind,
    GetMonitoringReport,
    Monitor,
    MonitorKind,
    MonitorResult,
    MonitorsReported,
    SetMonitoringBase,
    SetMonitoringLevel,
    SetMonitors,
    Trigger,
)
from server.ocpp.dialect201 import settings
from server.ocpp.dialect201.words import because
from server.ocpp.duties import Fact
from server.ocpp.faults import Fault, FaultyError
from server.ocpp.saying import Heard, Said, Saying, noted, yes_by
from server.ocpp.schemas import Payload
from server.ocpp.timestamps import moment

_KINDS = {
    MonitorKind.UPPER_THRESHOLD: "UpperThreshold",
    MonitorKind.LOWER_THRESHOLD: "LowerThreshold",
    MonitorKind.DELTA: "Delta",
    MonitorKind.PERIODIC: "Periodic",
    MonitorKind.PERIODIC_CLOCK_ALIGNED: "PeriodicClockAligned",
}
_KINDS_READ = {word: kind for kind, word in _KINDS.items()}
_BASES = {
    Base.ALL: "All",
    Base.FACTORY_DEFAULT: "FactoryDefault",
    Base.HARD_WIRED_ONLY: "HardWiredOnly",
}
_TRIGGERS = {
    "Alerting": Trigger.ALERTING,
    "Delta": Trigger.DELTA,
    "Periodic": Trigger.PERIODIC,
}
_EVENT_KINDS = {
    "HardWiredNotification": EventKind.HARD_WIRED_NOTIFICATION,
    "HardWiredMonitor": EventKind.HARD_WIRED_MONITOR,
    "PreconfiguredMonitor": EventKind.PRECONFIGURED_MONITOR,
    "CustomMonitor": EventKind.CUSTOM_MONITOR,
}


def notify_event(payload: Payload) -> Fact:
    """NotifyEvent (N07): each event stands for itself, whatever part it comes in."""
    return DeviceEventsTold(tuple(map(_event, payload["eventData"])))


def _event(told: Payload) -> DeviceEvent:
    setting, get = settings.read(told), told.get
    return DeviceEvent(
        number=told["eventId"],
        time=moment(told["timestamp"], "eventData.timestamp"),
        setting=setting,
        value="" if setting.is_secret else told["actualValue"],
        trigger=_TRIGGERS.get(told["trigger"]),
        kind=_EVENT_KINDS.get(told["eventNotificationType"]),
        cause=get("cause") or 0,
        tech_code=get("techCode") or "",
        tech_info=get("techInfo") or "",
        cleared=bool(get("cleared")),
        transaction_id=get("transactionId") or "",
        monitor=get("variableMonitoringId") or 0,
        severity=get("severity"),
    )


def notify_monitoring_report(payload: Payload) -> Fact:
    """NotifyMonitoringReport (N02): `tbc` says that more is to come."""
    monitors = (
        Monitor(
            settings.read(each),
            _KINDS_READ.get(monitor["type"]),
            _figure(monitor["value"]),
            monitor["severity"],
            monitor["transaction"],
            monitor["id"],
        )
        for each in payload.get("monitor") or []
        for monitor in each["variableMonitoring"]
    )
    return MonitorsReported(
        payload["requestId"], payload["seqNo"], not payload.get("tbc"), tuple(monitors)
    )


def _figure(told: float | str) -> float:
    """What a monitor watches for; texts for numbers are let pass for the sake of meters alone."""
    if isinstance(told, str):
        raise FaultyError(Fault.TYPE, "variableMonitoring.value is not of type number")
    return float(told)


def set_variable_monitoring(command: SetMonitors) -> Payload:
    """SetVariableMonitoring (N04)."""
    return {"setMonitoringData": [_monitor(each) for each in command.monitors]}


def _monitor(wanted: Monitor) -> Payload:
    assert wanted.kind is not None
    return {
        **({"id": wanted.number} if wanted.number else {}),
        "transaction": wanted.during_transaction,
        "value": wanted.value,
        "type": _KINDS[wanted.kind],
        "severity": wanted.severity,
        **settings.place(wanted.setting),
    }


def monitors_set(payload: Payload) -> CommandAnswer:
    """Its answer: of each monitor; a yes to one is a yes."""
    return _results(payload["setMonitoringResult"])


def clear_variable_monitoring(command: ClearMonitors) -> Payload:
    """ClearVariableMonitoring (N06)."""
    return {"id": list(command.numbers)}


def monitors_cleared(payload: Payload) -> CommandAnswer:
    """Its answer: of each monitor; a yes to one is a yes."""
    return _results(payload["clearMonitoringResult"])


def _results(told: list[Payload]) -> CommandAnswer:
    results = tuple(
        MonitorResult(each["status"], each["status"] == "Accepted", each.get("id") or 0)
        for each in told
    )
    if any(each.accepted for each in results):
        return CommandAnswer("Accepted", True, monitors=results)
    refused = CommandAnswer(results[0].status, False, monitors=results)
    return because(refused, told[0].get("statusInfo"))


def set_monitoring_base(command: SetMonitoringBase) -> Payload:
    """SetMonitoringBase (N03)."""
    return {"monitoringBase": _BASES[command.base]}


def set_monitoring_level(command: SetMonitoringLevel) -> Payload:
    """SetMonitoringLevel (N05)."""
    return {"severity": command.severity}


def get_monitoring_report(command: GetMonitoringReport) -> Payload:
    """GetMonitoringReport (N02)."""
    payload: Payload = {"requestId": command.number}
    if command.settings:
        payload["componentVariable"] = [settings.place(each) for each in command.settings]
    return payload


HEARD: Heard = {
    "NotifyEvent": (notify_event, noted),
    "NotifyMonitoringReport": (notify_monitoring_report, noted),
}
_ACCEPTED = yes_by("Accepted")
SAID: Said = {
    SetMonitors: Saying("SetVariableMonitoring", set_variable_monitoring, monitors_set),
    ClearMonitors: Saying("ClearVariableMonitoring", clear_variable_monitoring, monitors_cleared),
    SetMonitoringBase: Saying("SetMonitoringBase", set_monitoring_base, _ACCEPTED),
    SetMonitoringLevel: Saying("SetMonitoringLevel", set_monitoring_level, _ACCEPTED),
    GetMonitoringReport: Saying("GetMonitoringReport", get_monitoring_report, _ACCEPTED),
}
