"""Charge points with their locations, as sessions need them."""

from typing import NamedTuple

from peewee import JOIN

from server.domain.errors import not_found
from server.store.models import ChargePoint, Location
from server.store.reads import Rows
from server.store.statements import Statement, param
from server.store.unit import Unit


class PlaceRow(NamedTuple):
    """What the verbs need of a charge point and its location."""

    charge_point: str
    location: str
    partner: str | None
    state: int
    kind: int
    owner: str | None
    auto_start: bool | None
    connected_since: int | None
    circuit: str | None
    electricity_rate: str | None
    location_state: int | None
    time_zone: str | None
    opening_hours: bytes | None


_OF_LOCATION = {
    "location_state": "state",
    "time_zone": "time_zone",
    "opening_hours": "opening_hours",
}
_PLACE = Statement(
    ChargePoint.select(
        *(
            getattr(Location, _OF_LOCATION[column])
            if column in _OF_LOCATION
            else ChargePoint.name
            if column == "charge_point"
            else getattr(ChargePoint, column)
            for column in PlaceRow._fields
        )
    )
    .join(Location, JOIN.LEFT_OUTER, on=(Location.name == ChargePoint.location))
    .where(ChargePoint.name == param("charge_point"))
)


def place_of(unit: Unit, charge_point: str) -> PlaceRow:
    """A charge point with its location."""
    place = find_place(unit, charge_point)
    if place is None:
        raise not_found(charge_point)
    return place


def find_place(rows: Rows, charge_point: str) -> PlaceRow | None:
    """A charge point with its location, or None."""
    row = rows.one(_PLACE, charge_point=charge_point)
    return PlaceRow(*row) if row else None
