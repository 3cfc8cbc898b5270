"""Values that are of no use, in every field that a charger may fill: none is a fault of ours."""

from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest

from server.ocpp.dialect import Dialect
from server.ocpp.dialect16 import OCPP_1_6
from server.ocpp.dialect201 import OCPP_2_0_1, OCPP_2_1
from server.ocpp.faults import FaultyError
from server.ocpp.link.frames import Call
from server.ocpp.understanding import understand
from server.store import models
from tests.ocpp.breaches import complete, schema_of
from tests.ocpp.conftest import Platform
from tests.ocpp.raw_charger import AVAILABLE, RawCharger
from tests.ocpp.v2x import SAMPLED, TIME, booted, both_versions

ODD = [None, "", ["x"], [], {}, {"a": [1]}, True, -1, 2**31, 2**63, 1.5, 1e308, "NaN", "1_0"]
VERSIONS = [
    (OCPP_1_6, "ocpp.v16", ""),
    (OCPP_2_0_1, "ocpp.v201", "Request"),
    (OCPP_2_1, "ocpp.v21", "Request"),
]


def spoilt(value: Any, odd: Any) -> Iterator[Any]:
    """The value with an odd one in each place in turn, at any depth."""
    yield odd
    if isinstance(value, dict):
        for name, part in value.items():
            yield from ({**value, name: each} for each in spoilt(part, odd))
    elif isinstance(value, list):
        for index, part in enumerate(value):
            for each in spoilt(part, odd):
                yield [*value[:index], each, *value[index + 1 :]]


def _is_object(payload: Any) -> bool:
    return isinstance(payload, dict)


@pytest.mark.parametrize(("dialect", "package", "suffix"), VERSIONS)
def test_what_cannot_be_repaired_is_refused(dialect: Dialect, package: str, suffix: str) -> None:
    for action, exchange in dialect.exchanges.items():
        name = action if exchange.response is None else action + suffix
        whole = complete(schema_of(package, name))
        for odd in ODD:
            for payload in filter(_is_object, spoilt(whole, odd)):
                with suppress(FaultyError):
                    understand(dialect, Call("1", action, payload), b"", lenient=True)


async def test_null_is_no_word_and_is_passed_over(platform: Platform, charger: RawCharger) -> None:
    sample = {"value": "1500", "phase": None, "unit": None, "context": "", "location": None}
    values = [{"timestamp": "2026-11-26T10:00:00Z", "sampledValue": [sample]}]
    assert await charger.ask("MeterValues", {"connectorId": 1, "meterValue": values}) == {}
    assert (await platform.one(models.MeterValue)).register_wh == 1_500
    kind, code, *_ = await charger.call("StatusNotification", {**AVAILABLE, "status": None})
    assert (kind, code) == (4, "OccurenceConstraintViolation")


@pytest.mark.parametrize("number", [2**31, -(2**31) - 1, 2**64, 1e308])
@both_versions
async def test_an_integer_has_32_bits(platform: Platform, subprotocol: str, number: float) -> None:
    charger = await booted(platform, subprotocol)
    place = {"name": "EVSE", "evse": {"id": number}}
    report = {
        "requestId": 1,
        "seqNo": 0,
        "generatedAt": TIME,
        "reportData": [
            {"component": place, "variable": {"name": "Power"}, "variableAttribute": [{}]}
        ],
    }
    for action, payload in (
        ("NotifyReport", report),
        ("LogStatusNotification", {"status": "Uploading", "requestId": number}),
        ("MeterValues", {"evseId": number, "meterValue": SAMPLED}),
    ):
        kind, code, *_ = await charger.call(action, payload)
        assert (kind, code) == (4, "PropertyConstraintViolation")
    assert await platform.rows(models.ConfigurationKey) == []


@both_versions
async def test_a_whole_number_may_be_written_as_another(
    platform: Platform, subprotocol: str
) -> None:
    charger = await booted(platform, subprotocol)
    status = {
        "timestamp": TIME,
        "connectorStatus": "Available",
        "evseId": 1.0,
        "connectorId": 1.0,
    }
    assert await charger.ask("StatusNotification", status) == {}
    assert (await platform.one(models.Evse)).name == "chargePoints/OPEN/evses/1"


async def test_a_transaction_without_an_id_is_none(platform: Platform) -> None:
    charger = await booted(platform)
    event = {
        "eventType": "Started",
        "timestamp": TIME,
        "triggerReason": "Authorized",
        "seqNo": 0,
        "transactionInfo": {"transactionId": ""},
        "evse": {"id": 1, "connectorId": 1},
        "idToken": {"idToken": "AAAA", "type": "ISO14443"},
    }
    kind, code, *_ = await charger.call("TransactionEvent", event)
    assert (kind, code) == (4, "PropertyConstraintViolation")
    assert await platform.rows(models.Session) == []


@pytest.mark.parametrize("odd", [2**63, -(2**63), 1e308, -1e308])
async def test_a_figure_beyond_all_measure_is_no_fault_of_ours(
    platform: Platform, odd: float
) -> None:
    charger = await booted(platform, "ocpp2.1")
    needs = {
        "requestedEnergyTransfer": "AC_single_phase",
        "acChargingParameters": {
            "evMinCurrent": 6,
            "evMaxVoltage": 230,
            "energyAmount": odd,
            "evMaxCurrent": odd,
        },
        "dcChargingParameters": {"evMaxPower": odd, "evMaxCurrent": odd, "evMaxVoltage": odd},
    }
    answer = await charger.ask("NotifyEVChargingNeeds", {"evseId": 1, "chargingNeeds": needs})
    assert answer["status"]
    monitor = {
        "id": 1,
        "transaction": False,
        "value": odd,
        "type": "UpperThreshold",
        "severity": 1,
        "eventNotificationType": "CustomMonitor",
    }
    report = {
        "requestId": 1,
        "seqNo": 0,
        "generatedAt": TIME,
        "monitor": [
            {
                "component": {"name": "EVSE"},
                "variable": {"name": "Power"},
                "variableMonitoring": [monitor],
            }
        ],
    }
    assert await charger.ask("NotifyMonitoringReport", report) == {}
    assert (await platform.one(models.VariableMonitor)).value == float(odd)
