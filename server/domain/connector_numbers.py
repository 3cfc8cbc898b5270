"""How a charger of OCPP 1.6 counts its connectors, which knows no EVSEs.

Its connectorId n is connector 1 of EVSE n, unless somebody has said of a connector
which connectorId it has (`ocpp16_connector_id`).
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, TypeVar

from server.domain.charging_profiles import Purpose
from server.domain.commands import (
    ChangeAvailability,
    ClearChargingProfile,
    Command,
    ExtendedTriggerMessage,
    GetCompositeSchedule,
    ReserveNow,
    SetChargingProfile,
    StartTransaction,
    TriggerMessage,
    UnlockConnector,
)
from server.domain.facts import EvseStatusReported, Measured, TransactionStarted

T = TypeVar("T")
_OF_ONE = (GetCompositeSchedule, ReserveNow, StartTransaction, UnlockConnector)
"""What is said of one connector: the one that is named, or the EVSE's first."""
_OF_EACH = (ChangeAvailability, ExtendedTriggerMessage, TriggerMessage)
"""What is said of each of an EVSE's connectors."""
APART = 10_000_000
"""Between the numbers that one profile has on an EVSE's first connector, its second, …: a number is
only one connector's."""


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

    def said(self, command: Command) -> tuple[Command, ...]:
        """A command with the connectorId in the place of the EVSE: of an EVSE with several, one for
        each of them where it is about them all."""
        if not self._told:
            return (command,)
        if isinstance(command, SetChargingProfile):
            return self._limiting(command)
        if isinstance(command, ClearChargingProfile):
            return self._clearing(command)
        if isinstance(command, _OF_EACH):
            return tuple(replace(command, evse=each) for each in self._ids_of(command.evse))
        if isinstance(command, _OF_ONE):
            number = self._id_of(command.evse, getattr(command, "connector", 0))
            return (replace(command, evse=number),)
        return (command,)

    def _limiting(self, command: SetChargingProfile) -> tuple[Command, ...]:
        """A transaction has one connector; any other profile is for each."""
        profile = command.profile
        if profile.purpose is Purpose.TX:
            numbers = [self._id_of(profile.evse, command.connector)]
        else:
            numbers = self._ids_of(profile.evse)
        return tuple(
            replace(
                command,
                profile=replace(profile, evse=each, number=profile.number + place * APART),
            )
            for place, each in enumerate(numbers)
        )

    def _clearing(self, command: ClearChargingProfile) -> tuple[Command, ...]:
        """By its number a profile goes from each connector that it may be on."""
        if command.number is not None:
            most = max(len(self._ids_of(evse)) for evse, _ in self._ids)
            numbers = (command.number + place * APART for place in range(most))
            return tuple(replace(command, number=each) for each in numbers)
        if command.evse is None:
            return (command,)
        return tuple(replace(command, evse=each) for each in self._ids_of(command.evse))

    def _ids_of(self, evse: int) -> list[int]:
        """Of an EVSE's connectors, in their order."""
        own = sorted(place for place in self._ids if place[0] == evse)
        return [self._ids[place] for place in own] or [evse]

    def _id_of(self, evse: int, connector: int) -> int:
        """Of the connector, or of the EVSE's first where that has no such connector."""
        if (evse, connector) in self._ids:
            return self._ids[evse, connector]
        own = [place for place in self._ids if place[0] == evse]
        return self._ids[min(own)] if own else evse


AS_EVSES = ConnectorNumbers({})
"""connectorId n is EVSE n."""
