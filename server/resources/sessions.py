"""Sessions."""

from google.protobuf.timestamp_pb2 import Timestamp

from ampline.v1.session_pb2 import Session
from server.resources.mapping import Computed, Join, Mapping
from server.store import models

_HOUR = 3_600_000_000
_MOMENT = 1_000_000
_CHARGING = Session.ChargingPeriod.CHARGING


def _durations(
    energy_wh: int, periods: bytes | None, stop_time: int | None, meter_time: int | None
) -> tuple[int | None, int | None, int | None]:
    """How long it charged and how long it idled, in microseconds, and the power in W while it did
    charge. A period that goes on lasts until the latest that is known."""
    if periods is None:
        return None, None, None
    charging, idle = _spent(periods, stop_time or meter_time or 0)
    return charging, idle, round(energy_wh * _HOUR / charging) if charging else None


def _spent(periods: bytes, until: int) -> tuple[int, int]:
    spent = {True: 0, False: 0}
    for period in Session.FromString(periods).charging_periods:
        end = _us(period.end_time) if period.HasField("end_time") else until
        spent[period.state == _CHARGING] += max(0, end - _us(period.start_time))
    return spent[True], spent[False]


def _us(time: Timestamp) -> int:
    return time.seconds * 1_000_000 + time.nanos // 1000


MAPPING = Mapping(
    Session,
    models.Session,
    computed={
        ("charging_duration", "idle_duration", "average_power_w"): Computed(
            ("energy_wh", "charging_periods", "stop_time", "meter_time"), _durations
        )
    },
    remembered=4096,  # lists are read again and again, and sessions that ended stay as they are
    joined={
        "tariff_snapshot": Join(
            models.TariffSnapshot,
            models.Session.tariff_snapshot == models.TariffSnapshot.key,
            models.TariffSnapshot.body,
        )
    },
)
"""Rows come from `MAPPING.query()`, which brings the tariff's snapshot along."""
