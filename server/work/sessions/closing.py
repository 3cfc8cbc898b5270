"""When places close for those who charge there."""

from collections.abc import Collection
from datetime import datetime
from zoneinfo import ZoneInfo

from ampline.v1 import location_pb2
from server.resources import opening_hours
from server.store.clock import to_datetime
from server.work.sessions.places import PlaceRow


def ends_sessions(place: PlaceRow) -> bool:
    """Whether sessions that run are ended when the place closes."""
    return bool(place.opening_hours) and _hours(place).stop_sessions_at_closing


def closes(place: PlaceRow, groups: Collection[str], now_us: int) -> datetime | None:
    """When it closes, if that ends a session of a user of those groups; now, if it is closed."""
    if not ends_sessions(place):
        return None
    hours = _hours(place)
    if not {*groups}.isdisjoint(hours.exempt_user_groups):
        return None
    now = to_datetime(now_us)
    local = now.astimezone(ZoneInfo(place.time_zone or "UTC"))
    when = opening_hours.to_domain(hours)
    return when.closes_after(local) if when.is_open(local) else now


def _hours(place: PlaceRow) -> location_pb2.OpeningHours:
    return location_pb2.Location.FromString(bytes(place.opening_hours or b"")).opening_hours
