"""Events: what is told, and what comes of it."""

from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ampline.v1.charge_point_event_pb2 import ChargePointNetworkStatusChanged
from ampline.v1.connectivity_pb2 import NetworkStatus
from ampline.v1.event_pb2 import Event
from ampline.v1.location_pb2 import Location
from server.resources import cursor, events


class Row(NamedTuple):
    """A row of the event log."""

    position: int
    partner: str | None
    record_time: int
    body: bytes


def test_an_event_is_made_of_what_was_told() -> None:
    payload = ChargePointNetworkStatusChanged(
        old_status=NetworkStatus.NEVER_CONNECTED, new_status=NetworkStatus.AVAILABLE
    )
    told = events.event(
        "charge_point.network_status_changed",
        "chargePoints/CP1",
        payload,
        1_700_000_000_000_001,
        charge_point="chargePoints/CP1",
        location="locations/l",
        partner="partners/p",
    )
    assert told[:2] == ("charge_point.network_status_changed", "chargePoints/CP1")
    assert told[3:] == ("chargePoints/CP1", "locations/l", "partners/p", None)
    event = events.to_event(Row(7, told.partner, 1_700_000_000_000_002, told.body))
    assert (event.name, event.type, event.subject) == ("events/7", told.type, told.subject)
    assert event.time.ToMicroseconds() == 1_700_000_000_000_001
    assert event.record_time.ToMicroseconds() == 1_700_000_000_000_002
    assert (event.charge_point, event.location) == ("chargePoints/CP1", "locations/l")
    assert event.partner == "partners/p"
    assert event.charge_point_network_status_changed == payload
    assert cursor.decode(event.cursor) == 7


def test_a_changed_resource_is_named_after_its_kind() -> None:
    location = Location(name="locations/l", display_name="L")
    told = events.resource_changed(
        "updated", location, 5, changed_fields=["display_name"], reason="moved"
    )
    assert (told.type, told.subject) == ("location.updated", "locations/l")
    changed = Event.FromString(told.body).resource_changed
    assert changed.location == location
    assert (list(changed.changed_fields), changed.reason) == (["display_name"], "moved")


@given(st.integers(0, 2**63))
def test_a_cursor_leads_back_to_its_position(position: int) -> None:
    assert cursor.decode(cursor.encode(position)) == position


@pytest.mark.parametrize("damaged", ["", "x", "AAAA", cursor.encode(5)[:-1], "é" * 13, "A" * 14])
def test_what_is_no_cursor_is_refused(damaged: str) -> None:
    with pytest.raises(ValueError, match="not a cursor"):
        cursor.decode(damaged)
