"""Reservations: whom a place is held for. Numbers are those of ampline.v1.Reservation.State."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum


class ReservationState(IntEnum):
    """How far a reservation came."""

    ACTIVE = 1
    EXPIRED = 2
    CANCELED = 3
    DONE = 4


@dataclass(frozen=True, slots=True)
class Held:
    """A place that is held; `evse` None = any of the charge point."""

    evse: str | None
    token: str
    parent_group_id: str | None = None
    user: str | None = None


@dataclass(frozen=True, slots=True)
class Comer:
    """Who wants to charge."""

    token: str | None
    parent_group_id: str | None = None
    user: str | None = None


def is_for(held: Held, comer: Comer) -> bool:
    """Whether the place is held for them: by token, by group (OCPP parentIdTag), or by user."""
    if comer.token is not None and comer.token.casefold() == held.token.casefold():
        return True
    if held.parent_group_id and held.parent_group_id == comer.parent_group_id:
        return True
    return held.user is not None and held.user == comer.user


def keeps_out(places: Iterable[Held], evse: str, comer: Comer) -> bool:
    """Whether an EVSE is held for somebody else. That any of a charge point's EVSEs is to be kept
    free is for the charge point to see to: it alone knows which are."""
    return any(held.evse == evse and not is_for(held, comer) for held in places)
