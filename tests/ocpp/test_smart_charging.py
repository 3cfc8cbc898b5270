"""Charging profiles as 1.6 says and hears them."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from server.domain import commands
from server.domain.charging_profiles import (
    ChargingProfile,
    Kind,
    Period,
    Purpose,
    RateUnit,
    Recurrency,
    Schedule,
)
from server.domain.commands import Command, CommandAnswer
from server.ocpp.dialect16 import OCPP_1_6
from tests.ocpp.conftest import Platform
from tests.ocpp.raw_charger import RawCharger
from tests.ocpp.test_commands import send

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
TEXT = "2026-03-01T12:00:00.000Z"
DAILY = ChargingProfile(
    number=5,
    evse=0,
    stack_level=2,
    purpose=Purpose.CHARGE_POINT_MAX,
    kind=Kind.RECURRING,
    recurrency=Recurrency.DAILY,
    valid_from=NOON,
    valid_until=NOON,
    schedule=Schedule(
        RateUnit.WATT, (Period(0, 110_000, 3), Period(3600, 73_201)), NOON, 86_400, 14_000
    ),
)
TX = ChargingProfile(
    number=6,
    evse=2,
    stack_level=0,
    purpose=Purpose.TX,
    kind=Kind.RELATIVE,
    transaction_id="77",
    schedule=Schedule(RateUnit.AMPERE, (Period(0, 161),)),
)

SAID: list[tuple[Command, str, dict[str, Any], dict[str, Any], CommandAnswer]] = [
    (
        commands.SetChargingProfile(DAILY),
        "SetChargingProfile",
        {
            "connectorId": 0,
            "csChargingProfiles": {
                "chargingProfileId": 5,
                "stackLevel": 2,
                "chargingProfilePurpose": "ChargePointMaxProfile",
                "chargingProfileKind": "Recurring",
                "recurrencyKind": "Daily",
                "validFrom": TEXT,
                "validTo": TEXT,
                "chargingSchedule": {
                    "chargingRateUnit": "W",
                    "startSchedule": TEXT,
                    "duration": 86_400,
                    "minChargingRate": 1400.0,
                    "chargingSchedulePeriod": [
                        {"startPeriod": 0, "limit": 11000.0, "numberPhases": 3},
                        {"startPeriod": 3600, "limit": 7320.1},
                    ],
                },
            },
        },
        {"status": "NotSupported"},
        CommandAnswer("NotSupported", False),
    ),
    (
        commands.SetChargingProfile(TX),
        "SetChargingProfile",
        {
            "connectorId": 2,
            "csChargingProfiles": {
                "chargingProfileId": 6,
                "transactionId": 77,
                "stackLevel": 0,
                "chargingProfilePurpose": "TxProfile",
                "chargingProfileKind": "Relative",
                "chargingSchedule": {
                    "chargingRateUnit": "A",
                    "chargingSchedulePeriod": [{"startPeriod": 0, "limit": 16.1}],
                },
            },
        },
        {"status": "Accepted"},
        CommandAnswer("Accepted", True),
    ),
    (
        commands.StartTransaction(2, 1, "AAAA", 7, profile=replace(TX, transaction_id=None)),
        "RemoteStartTransaction",
        {
            "idTag": "AAAA",
            "connectorId": 2,
            "chargingProfile": {
                "chargingProfileId": 6,
                "stackLevel": 0,
                "chargingProfilePurpose": "TxProfile",
                "chargingProfileKind": "Relative",
                "chargingSchedule": {
                    "chargingRateUnit": "A",
                    "chargingSchedulePeriod": [{"startPeriod": 0, "limit": 16.1}],
                },
            },
        },
        {"status": "Accepted"},
        CommandAnswer("Accepted", True),
    ),
    (
        commands.ClearChargingProfile(5),
        "ClearChargingProfile",
        {"id": 5},
        {"status": "Unknown"},
        CommandAnswer("Unknown", False),
    ),
    (
        commands.ClearChargingProfile(None, 0, Purpose.TX_DEFAULT, 3),
        "ClearChargingProfile",
        {"connectorId": 0, "chargingProfilePurpose": "TxDefaultProfile", "stackLevel": 3},
        {"status": "Accepted"},
        CommandAnswer("Accepted", True),
    ),
    (
        commands.GetCompositeSchedule(1, 600, RateUnit.AMPERE),
        "GetCompositeSchedule",
        {"connectorId": 1, "duration": 600, "chargingRateUnit": "A"},
        {
            "status": "Accepted",
            "connectorId": 1,
            "scheduleStart": TEXT,
            "chargingSchedule": {
                "chargingRateUnit": "A",
                "duration": 600,
                "chargingSchedulePeriod": [{"startPeriod": 0, "limit": 16.1, "numberPhases": 3}],
            },
        },
        CommandAnswer(
            "Accepted",
            True,
            schedule=Schedule(RateUnit.AMPERE, (Period(0, 161, 3),), NOON, 600),
        ),
    ),
    (
        commands.GetCompositeSchedule(0, 600),
        "GetCompositeSchedule",
        {"connectorId": 0, "duration": 600},
        {"status": "Rejected"},
        CommandAnswer("Rejected", False),
    ),
]


@pytest.mark.parametrize(("command", "action", "payload", "answer", "heard"), SAID)
async def test_what_is_said_and_heard(
    platform: Platform,
    charger: RawCharger,
    command: Command,
    action: str,
    payload: dict[str, Any],
    answer: dict[str, Any],
    heard: CommandAnswer,
) -> None:
    waiting = send(platform, command)
    assert await charger.answer(answer) == (action, payload)
    assert await waiting == heard


@pytest.mark.parametrize("tenths", range(0, 1_000, 7))
def test_every_tenth_passes_the_schema(tenths: int) -> None:
    """Its multipleOf 0.1 is held against numbers that binary fractions do not have."""
    schedule = Schedule(RateUnit.AMPERE, (Period(0, tenths),))
    profile = ChargingProfile(1, 1, 0, Purpose.TX_DEFAULT, Kind.ABSOLUTE, schedule)
    OCPP_1_6.order(commands.SetChargingProfile(profile))
