"""Whose clock times are told by: that of the place that they are about, or the operator's. What is
typed is at the operator's clock, whose zone the field names."""

from functools import cache
from typing import cast
from zoneinfo import available_timezones

from flask import has_request_context, request

from portal.language import LazyText, _

COOKIE = "zone"
# Whether the operator's clock goes before that of the place.
MINE_COOKIE = "clock"
MINE = "mine"


def shown_zone(place: str) -> str:
    """The IANA zone to tell a time in: `place` is the zone of where it happened, if it is known."""
    always_mine = has_request_context() and request.cookies.get(MINE_COOKIE) == MINE
    return own_zone() if always_mine or not place else place


def own_zone() -> str:
    """The operator's own zone; UTC until they choose one."""
    chosen = request.cookies.get(COOKIE, "") if has_request_context() else ""
    return chosen if chosen in known_zones() else "UTC"


def zoned(text: str) -> str:
    """A text that names the operator's zone at its `%(zone)s`: of a field for a time."""
    return cast("str", LazyText(lambda: _(text, zone=own_zone()), enable_cache=False))


@cache
def known_zones() -> frozenset[str]:
    return frozenset(available_timezones())
