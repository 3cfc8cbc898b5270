"""Chargers of OCPP 2.0.1 and 2.1, and what each of their messages may say."""

from typing import Any

import pytest

from tests.ocpp.conftest import Platform
from tests.ocpp.raw_charger import RawCharger

SUBPROTOCOLS = ("ocpp2.0.1", "ocpp2.1")
both_versions = pytest.mark.parametrize("subprotocol", SUBPROTOCOLS)

BOOT = {
    "chargingStation": {
        "vendorName": "Vendor",
        "model": "Model",
        "serialNumber": "S-1",
        "firmwareVersion": "2.1.0",
        "modem": {"iccid": "8931", "imsi": "204"},
    },
    "reason": "PowerUp",
}
TIME = "2026-11-26T10:00:00.000Z"
AVAILABLE = {
    "timestamp": TIME,
    "connectorStatus": "Available",
    "evseId": 1,
    "connectorId": 1,
}
SAMPLED = [{"timestamp": TIME, "sampledValue": [{"value": 12.5, "measurand": "Voltage"}]}]
_SCHEDULE = {
    "id": 1,
    "chargingRateUnit": "A",
    "chargingSchedulePeriod": [{"startPeriod": 0, "limit": 16}],
}
_HASH = {
    "hashAlgorithm": "SHA256",
    "issuerNameHash": "n",
    "issuerKeyHash": "k",
    "serialNumber": "1",
}
_VARIABLE = {"component": {"name": "EVSE"}, "variable": {"name": "Available"}}

SAYS: dict[str, dict[str, Any]] = {
    "Authorize": {"idToken": {"idToken": "AAAA", "type": "ISO14443"}},
    "BootNotification": BOOT,
    "ClearedChargingLimit": {"chargingLimitSource": "EMS"},
    "DataTransfer": {"vendorId": "Vendor", "data": {"any": [1, "thing"]}},
    "FirmwareStatusNotification": {"status": "Downloading", "requestId": 7},
    "Get15118EVCertificate": {
        "iso15118SchemaVersion": "urn:iso:15118:2:2013:MsgDef",
        "action": "Install",
        "exiRequest": "gA==",
    },
    "GetCertificateStatus": {"ocspRequestData": {**_HASH, "responderURL": "http://ocsp.test"}},
    "Heartbeat": {},
    "LogStatusNotification": {"status": "Uploading", "requestId": 7},
    "MeterValues": {"evseId": 1, "meterValue": SAMPLED},
    "NotifyChargingLimit": {"chargingLimit": {"chargingLimitSource": "SO"}},
    "NotifyCustomerInformation": {
        "data": "who",
        "seqNo": 0,
        "generatedAt": TIME,
        "requestId": 7,
    },
    "NotifyDisplayMessages": {"requestId": 7},
    "NotifyEVChargingNeeds": {"evseId": 1, "chargingNeeds": {"requestedEnergyTransfer": "DC"}},
    "NotifyEVChargingSchedule": {"timeBase": TIME, "chargingSchedule": _SCHEDULE, "evseId": 1},
    "NotifyEvent": {
        "generatedAt": TIME,
        "seqNo": 0,
        "eventData": [
            {
                "eventId": 1,
                "timestamp": TIME,
                "trigger": "Delta",
                "actualValue": "1",
                "eventNotificationType": "HardWiredNotification",
                **_VARIABLE,
            }
        ],
    },
    "NotifyMonitoringReport": {"requestId": 7, "seqNo": 0, "generatedAt": TIME},
    "NotifyReport": {"requestId": 7, "seqNo": 0, "generatedAt": TIME},
    "PublishFirmwareStatusNotification": {"status": "Downloading", "requestId": 7},
    "ReportChargingProfiles": {
        "requestId": 7,
        "chargingLimitSource": "CSO",
        "evseId": 1,
        "chargingProfile": [
            {
                "id": 1,
                "stackLevel": 0,
                "chargingProfilePurpose": "TxDefaultProfile",
                "chargingProfileKind": "Absolute",
                "chargingSchedule": [_SCHEDULE],
            }
        ],
    },
    "ReservationStatusUpdate": {"reservationId": 7, "reservationUpdateStatus": "Expired"},
    "SecurityEventNotification": {"type": "FirmwareUpdated", "timestamp": TIME},
    "SignCertificate": {"csr": "-----BEGIN CERTIFICATE REQUEST-----"},
    "StatusNotification": AVAILABLE,
    "TransactionEvent": {
        "eventType": "Updated",
        "timestamp": TIME,
        "triggerReason": "MeterValuePeriodic",
        "seqNo": 1,
        "transactionInfo": {"transactionId": "t"},
    },
}
"""A message of each kind that a charger sends."""

ONLY_2_1: dict[str, dict[str, Any]] = {
    "BatterySwap": {
        "batteryData": [{"evseId": 1, "serialNumber": "B", "soC": 80, "soH": 99}],
        "eventType": "BatteryIn",
        "idToken": {"idToken": "AAAA", "type": "ISO14443"},
        "requestId": 7,
    },
    "ClosePeriodicEventStream": {"id": 7},
    "GetCertificateChainStatus": {
        "certificateStatusRequests": [
            {"certificateHashData": _HASH, "source": "OCSP", "urls": ["http://ocsp.test"]}
        ]
    },
    "NotifyDERAlarm": {"controlType": "VoltVar", "timestamp": TIME},
    "NotifyDERStartStop": {"controlId": "c", "started": True, "timestamp": TIME},
    "NotifyPriorityCharging": {"transactionId": "t", "activated": True},
    "NotifySettlement": {
        "pspRef": "p",
        "status": "Settled",
        "settlementAmount": 1.5,
        "settlementTime": TIME,
    },
    "OpenPeriodicEventStream": {
        "constantStreamData": {"id": 1, "params": {"interval": 5}, "variableMonitoringId": 1}
    },
    "PullDynamicScheduleUpdate": {"chargingProfileId": 1},
    "ReportDERControl": {"requestId": 7},
    "VatNumberValidation": {"vatNumber": "NL1"},
}
"""And of each that only 2.1 has."""


async def connected(
    platform: Platform, subprotocol: str = "ocpp2.0.1", identity: str = "OPEN"
) -> RawCharger:
    """A charger, connected."""
    return await platform.connect(identity, subprotocols=(subprotocol,))


async def booted(
    platform: Platform, subprotocol: str = "ocpp2.0.1", identity: str = "OPEN"
) -> RawCharger:
    """A charger whose boot was accepted."""
    charger = await connected(platform, subprotocol, identity)
    answer = await charger.ask("BootNotification", BOOT)
    assert answer["status"] == "Accepted"
    return charger
