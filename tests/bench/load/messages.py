"""OCPP 1.6 messages as text, made by filling in a few places."""

import itertools
from datetime import UTC, datetime, timedelta

_numbers = itertools.count(1)
_AS_ALWAYS = '"context":"Sample.Periodic","format":"Raw","location":"Outlet"'
_SAMPLES = ",".join(
    f'{{"value":"{value}","measurand":"{measurand}","unit":"{unit}",{_AS_ALWAYS}}}'
    for measurand, value, unit in (
        ("Energy.Active.Import.Register", "%d", "Wh"),
        ("Power.Active.Import", "11%03d.0", "W"),
        ("Current.Import", "16.0", "A"),
        ("Voltage", "230.1", "V"),
        ("SoC", "57", "Percent"),
    )
)
_METER_VALUES = (
    '{"connectorId":1,"transactionId":%d,"meterValue":[{"timestamp":"%s","sampledValue":['
    + _SAMPLES
    + "]}]}"
)


def now(seconds_ago: float = 0) -> str:
    """This moment, or one so long ago, to the millisecond."""
    moment = datetime.now(UTC) - timedelta(seconds=seconds_ago)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


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


def start(token: str, meter_wh: int, seconds_ago: float = 0) -> bytes:
    """StartTransaction on connector 1."""
    return call(
        "StartTransaction",
        f'{{"connectorId":1,"idTag":"{token}","meterStart":{meter_wh},'
        f'"timestamp":"{now(seconds_ago)}"}}',
    )


def meter_values(transaction: int, meter_wh: int, seconds_ago: float = 0) -> bytes:
    """MeterValues with five sampled values."""
    power = next(_numbers) % 100  # no two samples are alike
    return call("MeterValues", _METER_VALUES % (transaction, now(seconds_ago), meter_wh, power))


def stop(transaction: int, token: str, meter_wh: int) -> bytes:
    """StopTransaction."""
    return call(
        "StopTransaction",
        f'{{"transactionId":{transaction},"idTag":"{token}","meterStop":{meter_wh},'
        f'"timestamp":"{now()}","reason":"Local"}}',
    )
