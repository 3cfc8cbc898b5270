"""Locations."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from peewee import fn

from ampline.v1 import evse_pb2
from ampline.v1 import location_pb2 as pb
from ampline.v1.location_pb2_grpc import LocationServiceServicer
from server.api.box_filter import BoxFilter
from server.api.changes import Change, Particulars, Place
from server.api.crud import Crud
from server.api.filters import NO_CONDITION, at_least, contains
from server.api.lanes import Call, looking_up, reading
from server.api.nearest import Nearest
from server.resources import opening_hours
from server.resources.locations import MAPPING
from server.resources.time_zones import is_time_zone
from server.store.models import ChargePoint, Evse, Location
from server.store.reads import Rows
from server.store.statements import param
from server.work.sessions import limits

_COUNTRY = re.compile("[A-Z]{2}")


def _faults(location: pb.Location) -> dict[str, str]:
    faults = opening_hours.faults_of(location.opening_hours, "opening_hours.")
    country = location.address.region_code
    if country and not _COUNTRY.fullmatch(country):
        faults["address.region_code"] = "must be two capital letters (ISO 3166-1 alpha-2)"
    if location.time_zone and not is_time_zone(location.time_zone):
        faults["time_zone"] = f"{location.time_zone!r} is no IANA time zone"
    return faults


def _counts(rows: Rows, names: Sequence[str], partner: str | None = None) -> Mapping[str, bytes]:
    """How many charge points and EVSEs each of the locations has; of the partner alone, if told."""
    counted = {name: pb.Location() for name in names}
    charge_points = ChargePoint.select(ChargePoint.location, fn.COUNT(ChargePoint.name))
    charge_points = charge_points.where(ChargePoint.location.in_(names))
    if partner is not None:
        charge_points = charge_points.where(ChargePoint.partner == partner)
    for name, count in charge_points.group_by(ChargePoint.location).tuples().execute(rows.database):
        counted[name].charge_point_count = count
    evses = Evse.select(Evse.location, Evse.hardware_status, fn.COUNT(Evse.name))
    evses = evses.where(Evse.location.in_(names)).group_by(Evse.location, Evse.hardware_status)
    if partner is not None:
        evses = evses.where(Evse.partner == partner)
    for name, status, count in evses.tuples().execute(rows.database):
        if status:
            counted[name].evse_counts[evse_pb2.Evse.HardwareStatus.Name(status)] = count
    return {name: counts.SerializeToString() for name, counts in counted.items()}


_SHARED = Location.name.in_(
    ChargePoint.select(ChargePoint.location).where(ChargePoint.partner == param("scope"))
)
_PRIVATE = ("external_id", "labels", "tariff_group")
"""Fields that a partner does not see of a location that is shared with it."""


def _in_part(rows: Rows, location: pb.Location, partner: str | None) -> None:
    """Leaves of a location what the partner may see: of one that is not its own, no more than
    anybody could, and its own charge points there."""
    if partner is None or location.partner == partner:
        return
    for field in (*_PRIVATE, "charge_point_count", "evse_counts"):
        location.ClearField(field)  # type: ignore[arg-type] # they are its fields
    location.MergeFromString(_counts(rows, [location.name], partner)[location.name])


def _place(change: Change[pb.Location]) -> Place:
    return Place(location=change.after.name)


def _look_at_sessions(change: Change[pb.Location]) -> None:
    """Sessions that run go by the hours that the place has now."""
    if change.before is not None and {"opening_hours", "time_zone"} & {*change.changed}:
        limits.at_location(change.unit, change.after.name)


_FILTERS = {
    "text": contains("search_text"),
    "updated_since": at_least("update_time"),
    "bounding_box": BoxFilter(),
    "near": NO_CONDITION,
}

locations = Crud(
    MAPPING,
    pb.ListLocationsRequest,
    pb.ListLocationsResponse,
    orders=("create_time", "display_name", "update_time"),
    filters=_FILTERS,
    particulars=Particulars(
        faults=_faults,
        place=_place,
        addition=_counts,
        shared=_SHARED,
        written=_look_at_sessions,
    ),
)

_nearest = Nearest(
    MAPPING,
    pb.ListLocationsRequest,
    pb.ListLocationsResponse,
    filters=_FILTERS,
    addition=_counts,
)


class LocationService(LocationServiceServicer):
    """Keeps locations."""

    CreateLocation = locations.create
    UpdateLocation = locations.update
    DeleteLocation = locations.delete

    @looking_up
    def GetLocation(self, request: Any, call: Call, rows: Rows) -> bytes:
        """One location; of one that is shared with a partner, a part."""
        found: bytes = locations.get(request, call, rows)
        if call.caller.partner is None:
            return found
        location = pb.Location.FromString(found)
        _in_part(rows, location, call.caller.partner)
        return location.SerializeToString()

    @reading
    def ListLocations(self, request: Any, call: Call, rows: Rows) -> bytes:
        """A page of locations: in an order, or the nearest to a position first."""
        partner = call.caller.partner
        listing = _nearest if request.HasField("near") else locations.listing
        found: bytes = listing.page(request, rows, partner)
        if partner is None:
            return found
        page = pb.ListLocationsResponse.FromString(found)
        for location in page.locations:
            _in_part(rows, location, partner)
        return page.SerializeToString()
