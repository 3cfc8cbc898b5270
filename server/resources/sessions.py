"""Sessions."""

from functools import lru_cache

from google.protobuf.timestamp_pb2 import Timestamp

from ampline.v1.session_pb2 import Session
from server.resources.mapping import Computed, Join, Mapping
from server.store import models

_HOUR = 3_600_000_000
_MOMENT = 1_000_000
_CHARGING = Session.ChargingPeriod.CHARGING


def _charging(periods: bytes | None, *known: int | None) -> int | None:
    return _durations(periods, _latest(known))[0] if periods else None


def _idle(periods: bytes | None, *known: int | None) -> int | None:
    return _durations(periods, _latest(known))[1] if periods else None


def _average_power(energy_wh: int, periods: bytes | None, *known: int | None) -> int | None:
    """Energy by the time in which it flowed, in W; of a moment it would say nothing."""
    charging = _charging(periods, *known) or 0
    return round(energy_wh * _HOUR / charging) if charging >= _MOMENT else None


def _latest(known: tuple[int | None, ...]) -> int:
    """The end of the session, or the latest that is known of it."""
    stop_time, meter_time = known
    return stop_time or meter_time or 0


@lru_cache(maxsize=64)  # three fields of one row ask the same
def _durations(periods: bytes, until: int) -> tuple[int, int]:
    """How long it charged and how long it idled, in microseconds; an open period lasts `until`."""
    spent = {True: 0, False: 0}
    for period in Session.FromString(periods).charging_periods:
        end = _us(period.end_time) if period.HasField("end_time") else until
        spent[period.state == _CHARGING] += max(0, end - _us(period.start_time))
    return spent[True], spent[False]


def _us(time: Timestamp) -> int:
    return time.seconds * 1_000_000 + time.nanos // 1000


_PERIODS = ("charging_periods", "stop_time", "meter_time")

MAPPING = Mapping(
    Session,
    models.Session,
    computed={
        "charging_duration": Computed(_PERIODS, _charging),
        "idle_duration": Computed(_PERIODS, _idle),
        "average_power_w": Computed(("energy_wh", *_PERIODS), _average_power),
    },
    joined={
        "tariff_snapshot": Join(
            models.TariffSnapshot,
            models.Session.tariff_snapshot == models.TariffSnapshot.key,
            models.TariffSnapshot.body,
        )
    },
)
"""Rows come from `MAPPING.query()`, which brings the tariff's snapshot along."""
