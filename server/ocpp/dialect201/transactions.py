"""Block E, transactions."""

from typing import Any

from server.domain.commands import CommandAnswer, GetTransactionStatus
from server.domain.facts import ChargingState, StepKind, TransactionStep
from server.ocpp.dialect201 import words
from server.ocpp.dialect201.availability import MOST_CONNECTORS, MOST_EVSES, number_of
from server.ocpp.dialect201.metering import sample_sets
from server.ocpp.duties import Fact
from server.ocpp.faults import Fault, FaultyError
from server.ocpp.saying import Heard, Said, Saying
from server.ocpp.schemas import Payload
from server.ocpp.timestamps import moment

LARGEST_NUMBER = 2**31 - 1
_KINDS = {
    "Started": StepKind.STARTED,
    "Updated": StepKind.UPDATED,
    "Ended": StepKind.ENDED,
}
_STATES = {
    "EVConnected": ChargingState.EV_CONNECTED,
    "Charging": ChargingState.CHARGING,
    "SuspendedEV": ChargingState.SUSPENDED_EV,
    "SuspendedEVSE": ChargingState.SUSPENDED_EVSE,
    "Idle": ChargingState.IDLE,
}
_CAR_LEFT = frozenset({"EVCommunicationLost", "EVDeparted"})
"""Triggers that say that the car is gone."""

_NOBODY = "NoAuthorization"
"""The type of token of a charger that lets everybody charge."""


def transaction_event(payload: Payload) -> Fact:
    """TransactionEvent (E01 to E15)."""
    get, info = payload.get, payload["transactionInfo"]
    told, trigger = info.get, payload["triggerReason"]
    shown = get("idToken")
    reason, text = words.stop_reason(told("stoppedReason") or "")
    if not info["transactionId"]:
        raise FaultyError(Fault.PROPERTY, "transactionInfo.transactionId is empty")
    return TransactionStep(
        _KINDS[payload["eventType"]],
        info["transactionId"],
        number_of(payload["seqNo"], "seqNo", LARGEST_NUMBER),
        moment(payload["timestamp"], "timestamp"),
        *_place(get("evse")),
        _token(shown),
        _STATES.get(told("chargingState", "")),
        sample_sets(get("meterValue") or []),
        get("offline", False),
        get("reservationId"),
        told("remoteStartId"),
        reason,
        text,
        words.token_kind(shown) if shown else None,
        trigger in _CAR_LEFT or told("stoppedReason") == "EVDisconnected",
    )


def _place(told: Payload | None) -> tuple[int, int]:
    """EVSE and connector; 0 = it does not say."""
    if not told:
        return 0, 0
    return (
        number_of(told["id"], "evse.id", MOST_EVSES),
        number_of(told.get("connectorId", 0), "evse.connectorId", MOST_CONNECTORS),
    )


def _token(told: Payload | None) -> str | None:
    if told is None:
        return None
    return "" if told["type"] == _NOBODY else str(told["idToken"])


def stepped(outcome: Any, _: int) -> Payload:
    """Its answer: what it costs so far, where that is known (I02), and who may charge."""
    answer: Payload = {}
    if outcome.total_micros is not None:
        answer["totalCost"] = outcome.total_micros / 1_000_000
    if outcome.authorization is not None:
        answer["idTokenInfo"] = words.id_token_info(outcome.authorization)
    return answer


HEARD: Heard = {"TransactionEvent": (transaction_event, stepped)}


def get_transaction_status(command: GetTransactionStatus) -> Payload:
    """GetTransactionStatus (E14)."""
    return {} if command.transaction_id is None else {"transactionId": command.transaction_id}


def transaction_status(payload: Payload) -> CommandAnswer:
    """Its answer; without a transaction nothing is said of any (E14.FR.06)."""
    return CommandAnswer(
        "",
        True,
        ongoing=payload.get("ongoingIndicator"),
        messages_in_queue=payload["messagesInQueue"],
    )


SAID: Said = {
    GetTransactionStatus: Saying("GetTransactionStatus", get_transaction_status, transaction_status)
}
