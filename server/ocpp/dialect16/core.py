"""Core profile, from the charger: messages to facts, outcomes to answers.

Connector n of 1.6 is connector 1 of EVSE n; connector 0 is the whole charge point.
"""

from typing import Any

from server.domain.authorization import Authorization
from server.domain.facts import (
    AuthorizationAsked,
    Booted,
    DataAnswer,
    DataReceived,
    EvseStatusReported,
    Measured,
    StationStatus,
    StationStatusReported,
    TransactionEnded,
    TransactionStarted,
)
from server.ocpp import timestamps
from server.ocpp.dialect16 import words
from server.ocpp.dialect16.samples import sample_sets
from server.ocpp.duties import Fact
from server.ocpp.faults import Fault, FaultyError
from server.ocpp.saying import Heard, noted
from server.ocpp.schemas import Payload
from server.ocpp.timestamps import moment

MOST_CONNECTORS = 999
LARGEST_METER = 2**53
LONGEST_PARENT = 20
"""A parentIdTag is an idToken: at most 20 characters (section 7.28)."""


def authorize(payload: Payload) -> Fact:
    """Authorize."""
    return AuthorizationAsked(payload["idTag"])


def authorized(authorization: Authorization, _: int) -> Payload:
    """Its answer."""
    return {"idTagInfo": id_tag_info(authorization)}


def boot_notification(payload: Payload) -> Fact:
    """BootNotification."""
    get = payload.get
    return Booted(
        vendor=payload["chargePointVendor"],
        model=payload["chargePointModel"],
        serial_number=get("chargePointSerialNumber") or "",
        charge_box_serial_number=get("chargeBoxSerialNumber") or "",
        firmware_version=get("firmwareVersion") or "",
        iccid=get("iccid") or "",
        imsi=get("imsi") or "",
        meter_type=get("meterType") or "",
        meter_serial_number=get("meterSerialNumber") or "",
    )


def booted(registration: Any, now_us: int) -> Payload:
    """Its answer."""
    return {
        "status": registration.status,
        "currentTime": timestamps.write(now_us),
        "interval": registration.interval,
    }


def data_transfer(payload: Payload) -> Fact:
    """DataTransfer."""
    get = payload.get
    return DataReceived(payload["vendorId"], get("messageId") or "", get("data") or "")


def transferred(answer: DataAnswer, _: int) -> Payload:
    """Its answer."""
    data = {"data": answer.data} if answer.data else {}
    return {"status": answer.status.value, **data}


def heartbeat(_: Payload) -> None:
    """Heartbeat: tells nothing but that it lives."""


def time_told(_: object, now_us: int) -> Payload:
    """Its answer."""
    return {"currentTime": timestamps.write(now_us)}


def meter_values(payload: Payload) -> Fact:
    """MeterValues."""
    transaction = payload.get("transactionId")
    return Measured(
        *_evse_and_connector(payload),
        None if transaction is None else str(transaction),
        sample_sets(payload["meterValue"]),
    )


def start_transaction(payload: Payload) -> Fact:
    """StartTransaction."""
    evse, connector = _evse_and_connector(payload)
    if evse == 0:
        raise FaultyError(Fault.PROPERTY, "connectorId must be above 0")
    return TransactionStarted(
        evse,
        connector,
        payload["idTag"],
        _meter(payload, "meterStart"),
        moment(payload["timestamp"], "timestamp"),
        reservation_id=payload.get("reservationId"),
    )


def started(outcome: Any, _: int) -> Payload:
    """Its answer."""
    return {
        "transactionId": int(outcome.transaction_id),
        "idTagInfo": id_tag_info(outcome.authorization),
    }


def status_notification(payload: Payload) -> Fact:
    """StatusNotification."""
    get = payload.get
    evse, connector = _evse_and_connector(payload)
    text = get("timestamp")
    time = moment(text, "timestamp") if text else None
    code = payload["errorCode"]
    fault = ("" if code == "NoError" else code, get("info") or "", get("vendorId") or "")
    vendor_code = get("vendorErrorCode") or ""
    status = payload["status"]
    if evse:
        return EvseStatusReported(
            evse, connector, words.EVSE_STATUS[status], time, *fault, vendor_code
        )
    whole = words.STATION_STATUS.get(status, StationStatus.AVAILABLE)
    return StationStatusReported(whole, time, *fault, vendor_code)


def stop_transaction(payload: Payload) -> Fact:
    """StopTransaction."""
    reason, text = words.stop_reason(payload.get("reason") or "")
    return TransactionEnded(
        str(payload["transactionId"]),
        _meter(payload, "meterStop"),
        moment(payload["timestamp"], "timestamp"),
        reason,
        text,
        payload.get("idTag") or "",
        sample_sets(payload.get("transactionData") or []),
    )


def stopped(authorization: Authorization | None, _: int) -> Payload:
    """Its answer."""
    return {} if authorization is None else {"idTagInfo": id_tag_info(authorization)}


def id_tag_info(authorization: Authorization) -> Payload:
    """IdTagInfo (section 7.27); a parent that 1.6 cannot say is left out."""
    info: Payload = {"status": authorization.status.value}
    if authorization.expire_time:
        info["expiryDate"] = timestamps.write_datetime(authorization.expire_time)
    parent = authorization.parent_group_id
    if parent and len(parent) <= LONGEST_PARENT:
        info["parentIdTag"] = parent
    return info


def _evse_and_connector(payload: Payload) -> tuple[int, int]:
    number: int = payload["connectorId"]
    if not 0 <= number <= MOST_CONNECTORS:
        raise FaultyError(Fault.PROPERTY, f"connectorId must be from 0 to {MOST_CONNECTORS}")
    return number, 1 if number else 0


def _meter(payload: Payload, field: str) -> int:
    wh: int = payload[field]
    if not -LARGEST_METER < wh < LARGEST_METER:
        raise FaultyError(Fault.PROPERTY, f"{field} is beyond any meter")
    return wh


HEARD: Heard = {
    "Authorize": (authorize, authorized),
    "BootNotification": (boot_notification, booted),
    "DataTransfer": (data_transfer, transferred),
    "Heartbeat": (heartbeat, time_told),
    "MeterValues": (meter_values, noted),
    "StartTransaction": (start_transaction, started),
    "StatusNotification": (status_notification, noted),
    "StopTransaction": (stop_transaction, stopped),
}
