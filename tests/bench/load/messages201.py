"""OCPP 2.0.1 messages as text, made by filling in a few places."""

import itertools

from tests.bench.load.messages import call, now

_numbers = itertools.count(1)
_SAMPLES = ",".join(
    f'{{"value":{value},"measurand":"{measurand}","context":"Sample.Periodic",'
    f'"location":"Outlet","unitOfMeasure":{{"unit":"{unit}"}}}}'
    for measurand, value, unit in (
        ("Energy.Active.Import.Register", "%d", "Wh"),
        ("Power.Active.Import", "11%03d.0", "W"),
        ("Current.Import", "16.0", "A"),
        ("Voltage", "230.1", "V"),
        ("SoC", "57", "Percent"),
    )
)
_STEP = '{"eventType":"%s","triggerReason":"%s","seqNo":%d,"timestamp":"%s",'
_UPDATED = (
    _STEP
    + '"transactionInfo":{"transactionId":"%s","chargingState":"Charging"},'
    + '"meterValue":[{"timestamp":"%s","sampledValue":['
    + _SAMPLES
    + "]}]}"
)


def boot() -> bytes:
    """BootNotification."""
    return call(
        "BootNotification",
        '{"reason":"PowerUp","chargingStation":{"vendorName":"Ampline","model":"Bench",'
        '"firmwareVersion":"1.0.0","serialNumber":"B-1"}}',
    )


def started(transaction: str, token: str, meter_wh: int) -> bytes:
    """TransactionEvent(Started) at EVSE 1."""
    step = _STEP % ("Started", "Authorized", 0, now())
    return call(
        "TransactionEvent",
        f'{step}"transactionInfo":{{"transactionId":"{transaction}"}},'
        f'"evse":{{"id":1,"connectorId":1}},"idToken":{{"idToken":"{token}","type":"ISO14443"}},'
        f'"meterValue":[{{"timestamp":"{now()}","sampledValue":'
        f'[{{"value":{meter_wh},"context":"Transaction.Begin"}}]}}]}}',
    )


def updated(transaction: str, number: int, meter_wh: int) -> bytes:
    """TransactionEvent(Updated) with five sampled values."""
    time, power = now(), next(_numbers) % 100  # no two samples are alike
    filled = ("Updated", "MeterValuePeriodic", number, time, transaction, time, meter_wh, power)
    return call("TransactionEvent", _UPDATED % filled)
