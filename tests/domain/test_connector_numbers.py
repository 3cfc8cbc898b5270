"""How a charger of OCPP 1.6 counts its connectors."""

import pytest

from server.domain.commands import (
    Availability,
    ChangeAvailability,
    Command,
    Reset,
    ResetKind,
    StartTransaction,
    TriggeredMessage,
    TriggerMessage,
    UnlockConnector,
)
from server.domain.connector_numbers import AS_EVSES, ConnectorNumbers
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
        (ChangeAvailability(2, Availability.INOPERATIVE), 3),
        (ChangeAvailability(0, Availability.INOPERATIVE), 0),
        (TriggerMessage(TriggeredMessage.STATUS_NOTIFICATION, 1), 1),
        (UnlockConnector(4, 1), 4),
    ],
)
def test_what_is_said_to_a_connector(command: Command, connector_id: int) -> None:
    said = TWO_CABLES.said(command)
    assert said.evse == connector_id  # type: ignore[union-attr] # these have one
    assert AS_EVSES.said(command) is command


def test_what_is_of_no_evse_stays() -> None:
    booted, reset = Booted("V", "M"), Reset(ResetKind.SOFT)
    assert TWO_CABLES.heard(booted) is booted
    assert TWO_CABLES.said(reset) is reset
