"""The payloads of OCPP 1.6 that a station sends."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from ocpp.v16.enums import Measurand, ReadingContext, UnitOfMeasure

from clients.charger.clock import format_time
from clients.charger.connector import Connector
from clients.charger.dialect import Hardware
from clients.charger.frames import Payload
from clients.charger.meter import Sample
from clients.charger.session import Session

PHASES = ("L1", "L2", "L3")


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


def started(session: Session) -> Payload:
    """StartTransaction."""
    return {
        "connectorId": session.connector.number,
        "idTag": session.id_tag,
        "meterStart": session.meter_start,
        "timestamp": format_time(session.start_time),
    }


def metered(
    connector: Connector,
    session: Session | None,
    samples: list[Sample],
    measurands: Sequence[str],
) -> Payload:
    """MeterValues."""
    payload: Payload = {"connectorId": connector.number}
    if session is not None and session.transaction_id is not None:
        payload["transactionId"] = session.transaction_id
    payload["meterValue"] = meter_values(samples, measurands)
    return payload


def stopped(session: Session, measurands: Sequence[str]) -> Payload:
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
    """The SampledValues of a sample: those asked for, or the register, as one there must be."""
    values = [value for name in measurands for value in sampled_values(sample, name)]
    return values or list(sampled_values(sample, Measurand.energy_active_import_register))


def sampled_values(sample: Sample, measurand: str) -> Iterator[Payload]:
    """The SampledValues of one measurand: one, one a phase, or none where nothing was measured."""
    match measurand:
        case Measurand.energy_active_import_register:
            # Down to a whole Wh, as at start and stop: the register never goes back.
            yield value(sample, measurand, f"{int(sample.register_wh)}", UnitOfMeasure.wh)
        case Measurand.power_active_import if sample.power_w is not None:
            yield value(sample, measurand, f"{sample.power_w:.0f}", UnitOfMeasure.w)
        case Measurand.current_import if sample.current_a is not None:
            yield from by_phase(sample, measurand, sample.current_a, UnitOfMeasure.a, "")
        case Measurand.voltage if sample.voltage_v is not None:
            yield from by_phase(sample, measurand, sample.voltage_v, UnitOfMeasure.v, "-N")
        case Measurand.power_offered if sample.offered_w is not None:
            yield value(sample, measurand, f"{sample.offered_w:.0f}", UnitOfMeasure.w)
        case Measurand.soc if sample.soc is not None:
            yield value(sample, measurand, f"{sample.soc:.1f}", UnitOfMeasure.percent)
        case Measurand.temperature if sample.temperature_c is not None:
            yield value(sample, measurand, f"{sample.temperature_c:.1f}", UnitOfMeasure.celsius)


def by_phase(
    sample: Sample, measurand: str, measured: float, unit: str, against: str
) -> Iterator[Payload]:
    """The value of each phase; without phases, the one value."""
    text = f"{measured:.1f}"
    for phase in PHASES[: sample.phases]:
        yield {**value(sample, measurand, text, unit), "phase": phase + against}
    if not sample.phases:
        yield value(sample, measurand, text, unit)


def value(sample: Sample, measurand: str, text: str, unit: str) -> Payload:
    """One SampledValue; the context is left out where it is the default."""
    said: Payload = {"value": text, "measurand": measurand, "unit": unit}
    if sample.context is not ReadingContext.sample_periodic:
        said["context"] = sample.context
    return said
