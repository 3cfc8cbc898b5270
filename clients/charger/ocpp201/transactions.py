"""TransactionEvent: a session step by step, each with its number."""

from collections.abc import Sequence
from datetime import datetime

from ocpp.v16.enums import ChargePointStatus, Measurand, ReadingContext, Reason
from ocpp.v201.enums import (
    ChargingStateEnumType,
    ReasonEnumType,
    TransactionEventEnumType,
    TriggerReasonEnumType,
)

from clients.charger.clock import format_time
from clients.charger.connector import Connector
from clients.charger.course import Course
from clients.charger.frames import Payload
from clients.charger.meter import Sample
from clients.charger.ocpp201.messages import id_token, meter_values

_STATES = {
    ChargePointStatus.charging: ChargingStateEnumType.charging,
    ChargePointStatus.suspended_ev: ChargingStateEnumType.suspended_ev,
    ChargePointStatus.suspended_evse: ChargingStateEnumType.suspended_evse,
    ChargePointStatus.faulted: ChargingStateEnumType.suspended_evse,
}
_REASONS = {
    Reason.hard_reset: ReasonEnumType.immediate_reset,
    Reason.soft_reset: ReasonEnumType.immediate_reset,
    Reason.unlock_command: ReasonEnumType.other,
}
"""Where 2.0.1 has another word."""

_TRIGGERS = {
    Reason.de_authorized: TriggerReasonEnumType.deauthorized,
    Reason.ev_disconnected: TriggerReasonEnumType.ev_departed,
    Reason.hard_reset: TriggerReasonEnumType.reset_command,
    Reason.local: TriggerReasonEnumType.stop_authorized,
    Reason.remote: TriggerReasonEnumType.remote_stop,
    Reason.soft_reset: TriggerReasonEnumType.reset_command,
    Reason.unlock_command: TriggerReasonEnumType.unlock_command,
}
_REGISTER = (Measurand.energy_active_import_register,)


def started(session: Course) -> Payload:
    """A card was shown, or the session was asked for from afar."""
    remote = session.remote_start_id
    info: Payload = {"chargingState": ChargingStateEnumType.ev_connected}
    if remote is not None:
        info["remoteStartId"] = remote
    trigger = TriggerReasonEnumType.authorized
    sample = Sample(
        session.start_time, session.meter_start, context=ReadingContext.transaction_begin
    )
    reservation = session.reservation_id
    return {
        **({} if reservation is None else {"reservationId": reservation}),
        **step(session, TransactionEventEnumType.started, session.start_time, info),
        "triggerReason": trigger if remote is None else TriggerReasonEnumType.remote_start,
        "evse": evse(session.connector),
        "idToken": id_token(session.id_tag),
        "meterValue": meter_values([sample], _REGISTER),
    }


def turned(session: Course, status: ChargePointStatus, time: datetime) -> Payload:
    """The car does something else."""
    state = _STATES.get(status, ChargingStateEnumType.ev_connected)
    return {
        **step(session, TransactionEventEnumType.updated, time, {"chargingState": state}),
        "triggerReason": TriggerReasonEnumType.charging_state_changed,
    }


def metered(session: Course, samples: list[Sample], measurands: Sequence[str]) -> Payload:
    """The meter was read."""
    return {
        **step(session, TransactionEventEnumType.updated, samples[-1].time, {}),
        "triggerReason": TriggerReasonEnumType.meter_value_periodic,
        "meterValue": meter_values(samples, measurands),
    }


def stopped(session: Course, measurands: Sequence[str]) -> Payload:
    """It is over."""
    assert session.stop_time is not None
    assert session.meter_stop is not None
    assert session.stop_reason is not None
    reason = session.stop_reason
    there = session.connector.car is not None
    state = ChargingStateEnumType.ev_connected if there else ChargingStateEnumType.idle
    info = {"stoppedReason": _REASONS.get(reason, reason), "chargingState": state}
    said = session.samples if session.tells_samples_at_stop else []
    end = Sample(session.stop_time, session.meter_stop, context=ReadingContext.transaction_end)
    trigger = _TRIGGERS.get(reason, TriggerReasonEnumType.abnormal_condition)
    payload = {
        **step(session, TransactionEventEnumType.ended, session.stop_time, info),
        "triggerReason": trigger,
        "meterValue": [*meter_values(said, measurands), *meter_values([end], _REGISTER)],
    }
    if session.stop_id_tag is not None:
        payload["idToken"] = id_token(session.stop_id_tag)
    return payload


def step(session: Course, kind: TransactionEventEnumType, time: datetime, info: Payload) -> Payload:
    """What every step has; written in the order in which they are sent."""
    number, session.told = session.told, session.told + 1
    payload: Payload = {
        "eventType": kind,
        "timestamp": format_time(time),
        "seqNo": number,
        "transactionInfo": {"transactionId": session.transaction_id, **info},
    }
    if session.is_late(time):
        payload["offline"] = True
    return payload


def evse(connector: Connector) -> Payload:
    """EVSEType."""
    return {"id": connector.number, "connectorId": 1}
