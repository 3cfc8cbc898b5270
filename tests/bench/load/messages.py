"""OCPP 1.6 messages as text, made by filling in a few places."""

import itertools
from datetime import UTC, datetime

_numbers = itertools.count(1)
_SAMPLES = (
    '[{"value":"%d","measurand":"Energy.Active.Import.Register","unit":"Wh"},'
    '{"value":"11040.0","measurand":"Power.Active.Import","unit":"W"},'
    '{"value":"16.0","measurand":"Current.Import","unit":"A","phase":"L1"},'
    '{"value":"230.1","measurand":"Voltage","unit":"V","phase":"L1-N"},'
    '{"value":"57","measurand":"SoC","unit":"Percent"}]'
)
_METER_VALUES = (
    '{"connectorId":1,"transactionId":%d,"meterValue":[{"timestamp":"%s","sampledValue":'
    + _SAMPLES
    + "}]}"
)


def now() -> str:
    """This moment, to the millisecond."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def call(action: str, payload: str) -> bytes:
    """A CALL, with an id as long as a UUID."""
    return f'[2,"{next(_numbers):036d}","{action}",{payload}]'.encode()


def boot() -> bytes:
    """BootNotification."""
    return call(
        "BootNotification",
        '{"chargePointVendor":"Ampline","chargePointModel":"Bench","firmwareVersion":"1.0.0",'
        '"chargePointSerialNumber":"B-1"}',
    )


def status(connector: int, word: str) -> bytes:
    """StatusNotification."""
    return call(
        "StatusNotification",
        f'{{"connectorId":{connector},"errorCode":"NoError","status":"{word}",'
        f'"timestamp":"{now()}"}}',
    )


def authorize(token: str) -> bytes:
    """Authorize."""
    return call("Authorize", f'{{"idTag":"{token}"}}')


def start(token: str, meter_wh: int) -> bytes:
    """StartTransaction on connector 1."""
    return call(
        "StartTransaction",
        f'{{"connectorId":1,"idTag":"{token}","meterStart":{meter_wh},"timestamp":"{now()}"}}',
    )


def meter_values(transaction: int, meter_wh: int) -> bytes:
    """MeterValues with five sampled values."""
    return call("MeterValues", _METER_VALUES % (transaction, now(), meter_wh))


def stop(transaction: int, token: str, meter_wh: int) -> bytes:
    """StopTransaction."""
    return call(
        "StopTransaction",
        f'{{"transactionId":{transaction},"idTag":"{token}","meterStop":{meter_wh},'
        f'"timestamp":"{now()}","reason":"Local"}}',
    )
