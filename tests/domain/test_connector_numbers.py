"""How a charger of OCPP 1.6 counts its connectors."""

from datetime import UTC, datetime

import pytest

from server.domain.charging_profiles import (
    ChargingProfile,
    Kind,
    Period,
    Purpose,
    RateUnit,
    Schedule,
)
from server.domain.commands import (
    Availability,
    ChangeAvailability,
    ClearChargingProfile,
    Command,
    GetCompositeSchedule,
    ReserveNow,
    Reset,
    ResetKind,
    SetChargingProfile,
    StartTransaction,
    TriggeredMessage,
    TriggerMessage,
    UnlockConnector,
)
from server.domain.connector_numbers import APART, AS_EVSES, ConnectorNumbers
from server.domain.facts import (
    Booted,
    EvseStatus,
    EvseStatusReported,
    Measured,
    TransactionStarted,
)

TWO_CABLES = ConnectorNumbers({1: (1, 1), 2: (1, 2), 3: (2, 1)})
"""EVSE 1 has two connectors, EVSE 2 has one."""


@pytest.mark.parametrize(
    ("told", "evse", "connector"), [(1, 1, 1), (2, 1, 2), (3, 2, 1), (4, 4, 1), (0, 0, 1)]
)
def test_what_is_heard_of_a_connector(told: int, evse: int, connector: int) -> None:
    started = TransactionStarted(told, 1, "AAAA", 0, None)
    for fact in (EvseStatusReported(told, 1, EvseStatus.CHARGING), Measured(told, 1, "7", ())):
        heard = TWO_CABLES.heard(fact)
        assert (heard.evse, heard.connector) == (evse, connector)
    assert TWO_CABLES.heard(started) == TransactionStarted(evse, connector, "AAAA", 0, None)
    assert AS_EVSES.heard(started) is started


@pytest.mark.parametrize(
    ("command", "connector_id"),
    [
        (UnlockConnector(1, 1), 1),
        (UnlockConnector(1, 2), 2),
        (UnlockConnector(2, 1), 3),
        (StartTransaction(1, 2, "AAAA", 7), 2),
        (StartTransaction(2, 0, "AAAA", 7), 3),
        (StartTransaction(0, 0, "AAAA", 7), 0),
        (ReserveNow(1, 1, 2, "AAAA", datetime.now(UTC)), 2),
        (GetCompositeSchedule(2, 60), 3),
        (ChangeAvailability(2, Availability.INOPERATIVE), 3),
        (ChangeAvailability(0, Availability.INOPERATIVE), 0),
        (UnlockConnector(4, 1), 4),
    ],
)
def test_what_is_said_to_a_connector(command: Command, connector_id: int) -> None:
    (said,) = TWO_CABLES.said(command)
    assert said.evse == connector_id  # type: ignore[union-attr] # these have one
    assert AS_EVSES.said(command) == (command,)


def test_what_is_about_an_evse_is_said_to_each_of_its_connectors() -> None:
    trigger = TriggerMessage(TriggeredMessage.STATUS_NOTIFICATION, 1)
    assert [said.evse for said in TWO_CABLES.said(trigger)] == [1, 2]  # type: ignore[union-attr]
    closing = ChangeAvailability(1, Availability.INOPERATIVE)
    assert [said.evse for said in TWO_CABLES.said(closing)] == [1, 2]  # type: ignore[union-attr]


def profile(evse: int, purpose: Purpose) -> ChargingProfile:
    schedule = Schedule(RateUnit.AMPERE, (Period(0, 160),))
    return ChargingProfile(7, evse, 1, purpose, Kind.ABSOLUTE, schedule)


def test_limits_are_for_the_connector_of_the_transaction_or_for_each() -> None:
    def told(evse: int, purpose: Purpose, connector: int = 0) -> list[tuple[int, int]]:
        said = TWO_CABLES.said(SetChargingProfile(profile(evse, purpose), connector))
        found = [each.profile for each in said if isinstance(each, SetChargingProfile)]
        return [(each.evse, each.number) for each in found]

    assert told(1, Purpose.TX, 2) == [(2, 7)]
    assert told(2, Purpose.TX, 1) == [(3, 7)]
    assert told(1, Purpose.TX_DEFAULT) == [(1, 7), (2, 7 + APART)]
    assert told(2, Purpose.TX_DEFAULT) == [(3, 7)]
    assert told(0, Purpose.CHARGE_POINT_MAX) == [(0, 7)]
    assert TWO_CABLES.said(ClearChargingProfile(number=7)) == (
        ClearChargingProfile(number=7),
        ClearChargingProfile(number=7 + APART),
    )
    assert TWO_CABLES.said(ClearChargingProfile(evse=2)) == (ClearChargingProfile(evse=3),)
    everything = ClearChargingProfile()
    assert TWO_CABLES.said(everything) == (everything,)


def test_what_is_of_no_evse_stays() -> None:
    booted, reset = Booted("V", "M"), Reset(ResetKind.SOFT)
    assert TWO_CABLES.heard(booted) is booted
    assert TWO_CABLES.said(reset) == (reset,)
