"""What chargers of 2.0.1 and 2.1 are told to do, and what their answers mean."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from ampline.v1.reservation_pb2 import Reservation
from server.domain import commands
from server.domain.authorization import TokenKind
from server.domain.charging_profiles import (
    ChargingProfile,
    Kind,
    Period,
    Purpose,
    RateUnit,
    Recurrency,
    Schedule,
)
from server.domain.commands import Availability, Command, CommandAnswer, ResetKind, TriggeredMessage
from server.domain.errors import RefusedError
from server.ocpp.dialect16 import OCPP_1_6
from server.store import models
from server.store.clock import now_us
from tests.ocpp.conftest import Platform
from tests.ocpp.test_commands import send
from tests.ocpp.v2x import booted, both_versions

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
TEXT = "2026-03-01T12:00:00.000Z"
YES = {"status": "Accepted"}
ACCEPTED = CommandAnswer("Accepted", True)
DAILY = ChargingProfile(
    number=5,
    evse=0,
    stack_level=2,
    purpose=Purpose.CHARGE_POINT_MAX,
    kind=Kind.RECURRING,
    recurrency=Recurrency.DAILY,
    valid_from=NOON,
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
    transaction_id="a-transaction",
    schedule=Schedule(RateUnit.AMPERE, (Period(0, 161),)),
)

Case = tuple[Command, str, dict[str, Any], dict[str, Any], CommandAnswer]
SAID: list[Case] = [
    (
        commands.GetTransactionStatus("t"),
        "GetTransactionStatus",
        {"transactionId": "t"},
        {"messagesInQueue": True, "ongoingIndicator": False},
        CommandAnswer("", True, ongoing=False, messages_in_queue=True),
    ),
    (
        commands.GetTransactionStatus(),
        "GetTransactionStatus",
        {},
        {"messagesInQueue": False},
        CommandAnswer("", True),
    ),
    (
        commands.StartTransaction(2, 1, "AAAA", 7, TokenKind.RFID),
        "RequestStartTransaction",
        {"idToken": {"idToken": "AAAA", "type": "ISO14443"}, "remoteStartId": 7, "evseId": 2},
        {**YES, "transactionId": "t"},
        ACCEPTED,
    ),
    (
        commands.StartTransaction(0, 0, "once", 8),
        "RequestStartTransaction",
        {"idToken": {"idToken": "once", "type": "Central"}, "remoteStartId": 8},
        {
            "status": "Rejected",
            "statusInfo": {"reasonCode": "InvalidProfile", "additionalInfo": "too many"},
        },
        CommandAnswer("Rejected", False, reason_code="InvalidProfile", reason_text="too many"),
    ),
    (
        commands.StartTransaction(1, 1, "once", 8, profile=replace(TX, transaction_id=None)),
        "RequestStartTransaction",
        {
            "idToken": {"idToken": "once", "type": "Central"},
            "remoteStartId": 8,
            "evseId": 1,
            "chargingProfile": {
                "id": 6,
                "stackLevel": 0,
                "chargingProfilePurpose": "TxProfile",
                "chargingProfileKind": "Relative",
                "chargingSchedule": [
                    {
                        "id": 6,
                        "chargingRateUnit": "A",
                        "chargingSchedulePeriod": [{"startPeriod": 0, "limit": 16.1}],
                    }
                ],
            },
        },
        {"status": "Accepted"},
        ACCEPTED,
    ),
    (
        commands.StopTransaction("a-transaction"),
        "RequestStopTransaction",
        {"transactionId": "a-transaction"},
        YES,
        ACCEPTED,
    ),
    (
        commands.UnlockConnector(2, 1),
        "UnlockConnector",
        {"evseId": 2, "connectorId": 1},
        {"status": "OngoingAuthorizedTransaction"},
        CommandAnswer("OngoingAuthorizedTransaction", False),
    ),
    (
        commands.Reset(ResetKind.SOFT),
        "Reset",
        {"type": "OnIdle"},
        {"status": "Scheduled"},
        CommandAnswer("Scheduled", True),
    ),
    (
        commands.Reset(ResetKind.HARD, evse=2),
        "Reset",
        {"type": "Immediate", "evseId": 2},
        YES,
        ACCEPTED,
    ),
    (
        commands.ChangeAvailability(0, Availability.INOPERATIVE),
        "ChangeAvailability",
        {"operationalStatus": "Inoperative"},
        {"status": "Scheduled"},
        CommandAnswer("Scheduled", True),
    ),
    (
        commands.ChangeAvailability(2, Availability.OPERATIVE),
        "ChangeAvailability",
        {"operationalStatus": "Operative", "evse": {"id": 2}},
        YES,
        ACCEPTED,
    ),
    (
        commands.TriggerMessage(TriggeredMessage.STATUS_NOTIFICATION, 2),
        "TriggerMessage",
        {"requestedMessage": "StatusNotification", "evse": {"id": 2, "connectorId": 1}},
        {"status": "NotImplemented"},
        CommandAnswer("NotImplemented", False),
    ),
    (commands.ClearCache(), "ClearCache", {}, YES, ACCEPTED),
    (
        commands.GetLocalListVersion(),
        "GetLocalListVersion",
        {},
        {"versionNumber": 4},
        CommandAnswer("", True, list_version=4),
    ),
    (
        commands.SendDataTransfer("Vendor", "hello", "data"),
        "DataTransfer",
        {"vendorId": "Vendor", "messageId": "hello", "data": "data"},
        {**YES, "data": {"any": 1}},
        CommandAnswer("Accepted", True, data='{"any":1}'),
    ),
    (
        commands.ReserveNow(9, 2, 1, "AAAA", NOON, "family", TokenKind.KEYCODE),
        "ReserveNow",
        {
            "id": 9,
            "evseId": 2,
            "expiryDateTime": TEXT,
            "idToken": {"idToken": "AAAA", "type": "KeyCode"},
            "groupIdToken": {"idToken": "family", "type": "Central"},
        },
        {"status": "Occupied"},
        CommandAnswer("Occupied", False),
    ),
    (commands.CancelReservation(9), "CancelReservation", {"reservationId": 9}, YES, ACCEPTED),
    (
        commands.SetChargingProfile(DAILY),
        "SetChargingProfile",
        {
            "evseId": 0,
            "chargingProfile": {
                "id": 5,
                "stackLevel": 2,
                "chargingProfilePurpose": "ChargingStationMaxProfile",
                "chargingProfileKind": "Recurring",
                "recurrencyKind": "Daily",
                "validFrom": TEXT,
                "chargingSchedule": [
                    {
                        "id": 5,
                        "chargingRateUnit": "W",
                        "startSchedule": TEXT,
                        "duration": 86_400,
                        "minChargingRate": 1_400.0,
                        "chargingSchedulePeriod": [
                            {"startPeriod": 0, "limit": 11_000.0, "numberPhases": 3},
                            {"startPeriod": 3600, "limit": 7_320.1},
                        ],
                    }
                ],
            },
        },
        YES,
        ACCEPTED,
    ),
    (
        commands.SetChargingProfile(TX),
        "SetChargingProfile",
        {
            "evseId": 2,
            "chargingProfile": {
                "id": 6,
                "stackLevel": 0,
                "chargingProfilePurpose": "TxProfile",
                "chargingProfileKind": "Relative",
                "transactionId": "a-transaction",
                "chargingSchedule": [
                    {
                        "id": 6,
                        "chargingRateUnit": "A",
                        "chargingSchedulePeriod": [{"startPeriod": 0, "limit": 16.1}],
                    }
                ],
            },
        },
        {"status": "Rejected"},
        CommandAnswer("Rejected", False),
    ),
    (
        commands.ClearChargingProfile(5),
        "ClearChargingProfile",
        {"chargingProfileId": 5},
        {"status": "Unknown"},
        CommandAnswer("Unknown", False),
    ),
    (
        commands.ClearChargingProfile(None, 2, Purpose.TX_DEFAULT, 1),
        "ClearChargingProfile",
        {
            "chargingProfileCriteria": {
                "evseId": 2,
                "chargingProfilePurpose": "TxDefaultProfile",
                "stackLevel": 1,
            }
        },
        YES,
        ACCEPTED,
    ),
    (
        commands.GetCompositeSchedule(2, 3600, RateUnit.AMPERE),
        "GetCompositeSchedule",
        {"evseId": 2, "duration": 3600, "chargingRateUnit": "A"},
        {
            **YES,
            "schedule": {
                "evseId": 2,
                "duration": 3600,
                "scheduleStart": TEXT,
                "chargingRateUnit": "A",
                "chargingSchedulePeriod": [{"startPeriod": 0, "limit": 16.1}],
            },
        },
        CommandAnswer(
            "Accepted",
            True,
            schedule=Schedule(RateUnit.AMPERE, (Period(0, 161),), NOON, 3600),
        ),
    ),
]


@both_versions
async def test_commands_are_said_and_their_answers_heard(
    platform: Platform, subprotocol: str
) -> None:
    charger = await booted(platform, subprotocol)
    for command, action, asked, answer, meaning in SAID:
        sending = send(platform, command)
        assert await charger.answer(answer) == (action, asked)
        assert await sending == meaning


async def test_1_6_cannot_reset_an_evse() -> None:
    with pytest.raises(RefusedError, match="cannot say Reset") as refused:
        OCPP_1_6.order(commands.Reset(ResetKind.SOFT, evse=2))
    assert refused.value.reason == "FEATURE_NOT_SUPPORTED"


@both_versions
@pytest.mark.parametrize(
    ("word", "state"), [("Removed", Reservation.CANCELED), ("Expired", Reservation.EXPIRED)]
)
async def test_a_charger_gives_a_place_up(
    platform: Platform, subprotocol: str, word: str, state: int
) -> None:
    now = now_us()
    held = models.Reservation.insert(
        name="reservations/1",
        charge_point="chargePoints/OPEN",
        token="AAAA",
        state=Reservation.ACTIVE,
        expire_time=now + 60_000_000,
        ocpp_reservation_id=7,
        create_time=now,
        update_time=now,
    )
    await platform.lane.write(lambda unit: unit.execute(held))
    charger = await booted(platform, subprotocol)
    told = {"reservationId": 7, "reservationUpdateStatus": word}
    assert await charger.ask("ReservationStatusUpdate", told) == {}
    assert (await platform.one(models.Reservation)).state == state
    (event,) = await platform.events("reservation.status_changed")
    assert event.reservation_changed.reservation.state == state


@pytest.mark.parametrize(
    ("shown", "user"), [("KeyCode", "users/bob"), ("ISO14443", "users/ann"), ("Local", "users/ann")]
)
async def test_of_two_tags_alike_that_of_the_kind_counts(
    platform: Platform, shown: str, user: str
) -> None:
    now = {"create_time": now_us(), "update_time": now_us()}
    code = models.IdTag.insert(
        name="idTags/code",
        token="AAAA",
        token_key="aaaa",
        user="users/bob",
        kind=TokenKind.KEYCODE,
        **now,
    )
    bob = models.User.insert(
        name="users/bob", email="bob@example.org", currency="EUR", balance_micros=10**8, **now
    )
    await platform.lane.write(lambda unit: [unit.execute(bob), unit.execute(code)])
    charger = await booted(platform)
    await charger.ask("Authorize", {"idToken": {"idToken": "AAAA", "type": shown}})
    (event,) = await platform.events("authorization.decided")
    assert event.authorization_decided.user == user
