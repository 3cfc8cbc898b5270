"""The payloads of OCPP 2.0.1 that a station sends, but those of transactions."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from ocpp.v16.enums import ChargePointStatus, ReadingContext
from ocpp.v201.enums import BootReasonEnumType, ConnectorStatusEnumType, IdTokenEnumType

from clients.charger.clock import format_time
from clients.charger.connector import Connector
from clients.charger.exchange import Hardware
from clients.charger.frames import Payload
from clients.charger.meter import Sample
from clients.charger.readings import Reading, readings_of

_WORDS = {
    ChargePointStatus.available: ConnectorStatusEnumType.available,
    ChargePointStatus.reserved: ConnectorStatusEnumType.reserved,
    ChargePointStatus.unavailable: ConnectorStatusEnumType.unavailable,
    ChargePointStatus.faulted: ConnectorStatusEnumType.faulted,
}


def boot(identity: str, hardware: Hardware) -> Payload:
    """BootNotification."""
    serial = hardware.serial_number or identity
    return {
        "reason": BootReasonEnumType.power_up,
        "chargingStation": {
            "vendorName": hardware.vendor[:50],
            "model": hardware.model[:20],
            "serialNumber": serial[:25],
            "firmwareVersion": hardware.firmware_version[:50],
        },
    }


def id_token(tag: str) -> Payload:
    """A card's token."""
    return {"idToken": tag, "type": IdTokenEnumType.iso14443}


def word_of(status: ChargePointStatus) -> str:
    """A connector's status: whatever goes on there, it is occupied."""
    return str(_WORDS.get(status, ConnectorStatusEnumType.occupied).value)


def status(connector: Connector, time: datetime) -> Payload:
    """StatusNotification."""
    return {
        "timestamp": format_time(time),
        "connectorStatus": word_of(connector.status),
        **place(connector),
    }


def place(connector: Connector) -> Payload:
    """EVSE and connector."""
    return {"evseId": connector.number, "connectorId": 1}


def metered(connector: Connector, samples: list[Sample], measurands: Sequence[str]) -> Payload:
    """MeterValues."""
    return {"evseId": connector.number, "meterValue": meter_values(samples, measurands)}


def meter_values(samples: Iterable[Sample], measurands: Sequence[str]) -> list[Payload]:
    """A list of MeterValueType."""
    return [
        {
            "timestamp": format_time(sample.time),
            "sampledValue": [
                sampled_value(sample, reading) for reading in readings_of(sample, measurands)
            ],
        }
        for sample in samples
    ]


def sampled_value(sample: Sample, reading: Reading) -> Payload:
    """One SampledValueType; the context is left out where it is the default."""
    said: Payload = {
        "value": round(reading.value, reading.digits),
        "measurand": reading.measurand,
        "unitOfMeasure": {"unit": reading.unit},
    }
    if sample.context is not ReadingContext.sample_periodic:
        said["context"] = sample.context
    if reading.phase:
        said["phase"] = reading.phase
    return said
