"""How a charger of OCPP 1.6 counts its connectors, which knows no EVSEs.

Its connectorId n is connector 1 of EVSE n, unless somebody has said of a connector
which connectorId it has (`ocpp16_connector_id`).
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, TypeVar

from server.domain.commands import (
    ChangeAvailability,
    Command,
    StartTransaction,
    TriggerMessage,
    UnlockConnector,
)
from server.domain.facts import EvseStatusReported, Measured, TransactionStarted

T = TypeVar("T")
_COMES_FROM_EVSE = (EvseStatusReported, Measured, TransactionStarted)
_NAMES_EVSE = (ChangeAvailability, StartTransaction, TriggerMessage, UnlockConnector)


class ConnectorNumbers:
    """`told` has the numbers of EVSE and connector for each connectorId that was said."""

    __slots__ = ("_ids", "_told")

    def __init__(self, told: Mapping[int, tuple[int, int]]) -> None:
        self._told = dict(told)
        self._ids = {place: number for number, place in sorted(told.items(), reverse=True)}

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ConnectorNumbers) and self._told == other._told

    __hash__ = None  # type: ignore[assignment] # equal by its numbers, and no key of anything

    def heard(self, fact: T) -> T:
        """A fact with a connectorId in the place of the EVSE, with the EVSE and its connector."""
        if not self._told or not isinstance(
            fact, EvseStatusReported | Measured | TransactionStarted
        ):
            return fact
        place = self._told.get(fact.evse)
        if place is None:
            return fact
        changes: dict[str, Any] = {"evse": place[0], "connector": place[1]}
        if isinstance(fact, Measured):
            return fact._replace(**changes)
        return replace(fact, **changes)

    def said(self, command: Command) -> Command:
        """A command with the connectorId in the place of the EVSE."""
        if not self._told or not isinstance(command, _NAMES_EVSE):
            return command
        number = self._id_of(command.evse, getattr(command, "connector", 0))
        return replace(command, evse=number)

    def _id_of(self, evse: int, connector: int) -> int:
        """Of the connector, or of the EVSE's first where that has no such connector."""
        if (evse, connector) in self._ids:
            return self._ids[evse, connector]
        own = [place for place in self._ids if place[0] == evse]
        return self._ids[min(own)] if own else evse


AS_EVSES = ConnectorNumbers({})
"""connectorId n is EVSE n."""
