"""A session's meter values summed up to so many points.

Points stand at even distances among the samples, the last sample always among them.
Power is the mean of the samples since the point before; everything else is as it was
measured at the point.
"""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple, TypeAlias

from ampline.v1 import meter_value_pb2 as pb
from ampline.v1.session_pb2 import Session
from server.store import filing
from server.store.models import MeterValue
from server.store.reads import Rows
from server.store.statements import Statement, param

DEFAULT_POINTS = 200
Point: TypeAlias = pb.SummarizeSessionResponse.Point


class Sample(NamedTuple):
    """A meter value without its blob; time in microseconds."""

    number: int
    time: int
    register_wh: int | None
    power_w: int | None
    soc_percent: int | None


_SAMPLES = Statement(
    filing.along(
        MeterValue.select(*(getattr(MeterValue, column) for column in Sample._fields))
        .where(MeterValue.session == param("session"))
        .order_by(MeterValue.time, MeterValue.number),
        MeterValue.session,
    )
)


def points_of(rows: Rows, session: Session, most: int) -> list[Point]:
    """The chart's points, oldest first; `most` = 0 means 200."""
    samples = [Sample(*row) for row in rows.all(_SAMPLES, session=session.name)]
    groups = _even_groups(samples, most or DEFAULT_POINTS)
    bodies = _bodies(rows, [group[-1].number for group in groups])
    return [_point(group, bodies[group[-1].number], session) for group in groups]


def _even_groups(samples: Sequence[Sample], most: int) -> list[Sequence[Sample]]:
    size = max(1, -(-len(samples) // most))
    first = len(samples) % size or size
    ends = range(first, len(samples) + 1, size)
    return [samples[max(0, end - size) : end] for end in ends]


def _bodies(rows: Rows, numbers: Sequence[int]) -> dict[int, pb.MeterValue]:
    query = MeterValue.select(MeterValue.number, MeterValue.body)
    found = query.where(MeterValue.number.in_(numbers)).tuples().execute(rows.database)
    return {number: pb.MeterValue.FromString(bytes(body)) for number, body in found}


def _point(group: Sequence[Sample], body: pb.MeterValue, session: Session) -> Point:
    last = group[-1]
    powers = [sample.power_w for sample in group if sample.power_w is not None]
    point = Point(
        power_w=sum(powers) / len(powers) if powers else None,
        soc_percent=last.soc_percent,
        current_a=_highest(body.sampled_values, "Current.Import"),
        voltage_v=_highest(body.sampled_values, "Voltage"),
    )
    if last.register_wh is not None:
        point.energy_wh = max(0, last.register_wh - session.meter_start_wh)
    point.time.FromMicroseconds(last.time)
    return point


def _highest(values: Iterable[Any], measurand: str) -> float | None:
    told = [
        value.value for value in values if value.measurand == measurand and value.HasField("value")
    ]
    return max(told, default=None)
