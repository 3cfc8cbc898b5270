"""The payloads of OCPP 1.6 that a station sends."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from ocpp.v16.enums import ReadingContext

from clients.charger.clock import format_time
from clients.charger.connector import Connector
from clients.charger.course import Course
from clients.charger.exchange import Hardware
from clients.charger.frames import Payload
from clients.charger.meter import Sample
from clients.charger.readings import Reading, readings_of


def boot(identity: str, hardware: Hardware) -> Payload:
    """BootNotification."""
    serial = hardware.serial_number or identity
    return {
        "chargePointVendor": hardware.vendor[:20],
        "chargePointModel": hardware.model[:20],
        "chargePointSerialNumber": serial[:25],
        "firmwareVersion": hardware.firmware_version[:50],
    }


def status(connector: Connector, time: datetime) -> Payload:
    """StatusNotification."""
    fault = connector.fault
    said = {
        "info": fault.info,
        "vendorId": fault.vendor_id,
        "vendorErrorCode": fault.vendor_error_code,
    }
    return {
        "connectorId": connector.number,
        "status": connector.status,
        "errorCode": fault.error_code,
        "timestamp": format_time(time),
        **{key: value for key, value in said.items() if value is not None},
    }


def started(session: Course) -> Payload:
    """StartTransaction."""
    reservation = session.reservation_id
    return {
        "connectorId": session.connector.number,
        "idTag": session.id_tag,
        "meterStart": session.meter_start,
        "timestamp": format_time(session.start_time),
        **({} if reservation is None else {"reservationId": reservation}),
    }


def metered(
    connector: Connector,
    session: Course | None,
    samples: list[Sample],
    measurands: Sequence[str],
) -> Payload:
    """MeterValues."""
    payload: Payload = {"connectorId": connector.number}
    if session is not None and session.transaction_id is not None:
        payload["transactionId"] = session.transaction_id
    payload["meterValue"] = meter_values(samples, measurands)
    return payload


def stopped(session: Course, measurands: Sequence[str]) -> Payload:
    """StopTransaction."""
    assert session.stop_time is not None
    payload: Payload = {
        "transactionId": session.transaction_id or 0,
        "meterStop": session.meter_stop,
        "timestamp": format_time(session.stop_time),
        "reason": session.stop_reason,
    }
    if session.stop_id_tag is not None:
        payload["idTag"] = session.stop_id_tag
    if session.tells_samples_at_stop and session.samples:
        payload["transactionData"] = meter_values(session.samples, measurands)
    return payload


def meter_values(samples: Iterable[Sample], measurands: Sequence[str]) -> list[Payload]:
    """A list of MeterValue."""
    return [
        {"timestamp": format_time(sample.time), "sampledValue": values_of(sample, measurands)}
        for sample in samples
    ]


def values_of(sample: Sample, measurands: Sequence[str]) -> list[Payload]:
    """The SampledValues of a sample."""
    return [sampled_value(sample, reading) for reading in readings_of(sample, measurands)]


def sampled_value(sample: Sample, reading: Reading) -> Payload:
    """One SampledValue; the context is left out where it is the default."""
    said: Payload = {
        "value": f"{reading.value:.{reading.digits}f}",
        "measurand": reading.measurand,
        "unit": reading.unit,
    }
    if sample.context is not ReadingContext.sample_periodic:
        said["context"] = sample.context
    if reading.phase:
        said["phase"] = reading.phase
    return said
