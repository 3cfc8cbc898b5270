"""Opening hours, from their message to when a place is open."""

from datetime import datetime

import pytest
from google.protobuf.json_format import ParseDict

from ampline.v1.location_pb2 import OpeningHours
from server.resources import opening_hours

CHRISTMAS = {"year": 2026, "month": 12, "day": 25}  # a Friday
MESSAGE = ParseDict(
    {
        "weekly": [
            {"day": "FRIDAY", "opens": {"hours": 8}, "closes": {"hours": 12}},
            {"day": "FRIDAY", "opens": {"hours": 13, "minutes": 30}, "closes": {"hours": 2}},
        ],
        "exceptions": [
            {"date": CHRISTMAS, "opens": {"hours": 10}, "closes": {"hours": 11}},
            {"date": CHRISTMAS, "opens": {"hours": 15}, "closes": {"hours": 16}},
            {"date": {"year": 2026, "month": 12, "day": 18}, "closed": True},
        ],
    },
    OpeningHours(),
)


@pytest.mark.parametrize(
    ("local", "is_open"),
    [
        ("2026-12-11T08:00", True),
        ("2026-12-11T12:00", False),
        ("2026-12-11T23:59", True),
        ("2026-12-12T01:59", True),  # Friday's night
        ("2026-12-12T02:00", False),
        ("2026-12-25T08:00", False),
        ("2026-12-25T10:30", True),
        ("2026-12-25T12:00", False),
        ("2026-12-25T15:30", True),  # the second interval of the date
        ("2026-12-18T09:00", False),
        ("2026-12-13T09:00", False),
    ],
)
def test_when_a_place_is_open(local: str, is_open: bool) -> None:
    hours = opening_hours.to_domain(MESSAGE)
    assert hours.is_open(datetime.fromisoformat(local)) is is_open


def test_these_are_faultless() -> None:
    assert opening_hours.faults_of(MESSAGE, "opening_hours.") == {}
