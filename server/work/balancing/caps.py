"""Operators' own profiles on members of a circuit: caps on what the circuit gives.

They are kept, not sent: a charger with two masters keeps to the one with the higher stack level.
What somebody else limits a charger to, as that tells, is a cap, too.
"""

from collections.abc import Iterable
from typing import Any, NamedTuple

from server.domain.balancing.caps import cap_at
from server.domain.balancing.wiring import amperes_of
from server.domain.charging_profiles import ChargingProfile, Purpose, RateUnit, Source
from server.resources.charging_profiles import MAPPING, to_domain
from server.store.clock import to_datetime
from server.store.models import ChargePoint
from server.store.models import ChargingProfile as Row
from server.store.reads import Rows
from server.store.statements import Statement, param
from server.work.balancing.outlets import Outlet

PURPOSES = frozenset({Purpose.TX_DEFAULT, Purpose.TX})
"""What an operator's profile is for that becomes a cap; others go to the charger."""

_CAPS = Statement(
    MAPPING.query()
    .select_extend(Row.charge_point)
    .join(ChargePoint, on=(ChargePoint.name == Row.charge_point))
    .where(ChargePoint.circuit == param("circuit"))
    .where(Row.purpose.in_([*PURPOSES, Purpose.EXTERNAL_CONSTRAINTS]))
    .where(Row.source != Source.CIRCUIT)
)


class Cap(NamedTuple):
    """A profile of a charge point's, perhaps of one session's alone."""

    charge_point: str
    session: str
    profile: ChargingProfile


def caps_of(rows: Rows, circuit: str) -> list[Cap]:
    """The caps on the circuit's own members."""
    return [_cap(row) for row in rows.all(_CAPS, circuit=circuit)]


def capped_a(caps: Iterable[Cap], outlet: Outlet, now: int, voltage_v: int) -> float | None:
    """The lowest of the caps on an EVSE with a car, in A on each phase; None if there is none."""
    if outlet.session is None:
        return None
    moment, started = to_datetime(now), to_datetime(outlet.session.start_time)
    found = [
        _amperes(limit, outlet, voltage_v)
        for cap in caps
        if _is_of(cap, outlet) and (limit := cap_at(cap.profile, moment, started))
    ]
    return min(found, default=None)


def _is_of(cap: Cap, outlet: Outlet) -> bool:
    assert outlet.session is not None
    return (
        cap.charge_point == outlet.charge_point
        and cap.profile.evse in {0, outlet.number}
        and cap.session in {"", outlet.session.name}
    )


def _amperes(limit: tuple[RateUnit, float], outlet: Outlet, voltage_v: int) -> float:
    unit, amount = limit
    if unit is RateUnit.AMPERE:
        return amount
    return amperes_of(amount, outlet.phases, voltage_v, outlet.efficiency)


def _cap(row: tuple[Any, ...]) -> Cap:
    message = MAPPING.to_message(row)
    return Cap(row[-1], message.session, to_domain(message))
