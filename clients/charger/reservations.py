"""The places that a station holds for somebody."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Reservation:
    """A place that is held; place 0 is any."""

    number: int
    place: int
    token: str


class Reservations:
    """Those of one station."""

    def __init__(self) -> None:
        self._held: dict[int, Reservation] = {}

    def __contains__(self, number: int) -> bool:
        return number in self._held

    def hold(self, reservation: Reservation) -> None:
        """Holds a place; another one of that number is held no more."""
        self._held[reservation.number] = reservation

    def drop(self, number: int) -> Reservation | None:
        """Holds it no more; None if it was not held."""
        return self._held.pop(number, None)

    def for_token(self, token: str, place: int | None = None) -> Reservation | None:
        """What is held for that token, there or anywhere."""
        held = (each for each in self._held.values() if each.token == token)
        return next((each for each in held if place is None or each.place in {0, place}), None)
