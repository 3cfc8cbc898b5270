"""The log of what was measured: each set of samples once, however often it is sent."""

import hashlib
from typing import NamedTuple

from peewee import fn

from server.domain import metering
from server.domain.facts import SampleSet
from server.domain.metering import Reading
from server.resources import sampled_values
from server.store import filing
from server.store.clock import to_us
from server.store.models import MeterValue
from server.store.statements import Append, Statement, param
from server.store.unit import Unit

SAMPLES = Append(
    MeterValue,
    (
        "charge_point",
        "evse",
        "session",
        "time",
        "told_time",
        "record_time",
        "register_wh",
        "power_w",
        "soc_percent",
        "not_billed",
        "fingerprint",
        "body",
    ),
)
_SAME = MeterValue.fingerprint == param("fingerprint")
_AT = (MeterValue.charge_point == param("charge_point")) & (
    fn.COALESCE(MeterValue.evse, "") == param("evse")
)
KNOWN = Statement(
    filing.along(
        MeterValue.select(MeterValue.number).where(
            (MeterValue.session == param("session")) & (MeterValue.time == param("time")) & _SAME
        ),
        MeterValue.session,
    )
)
KNOWN_APART = Statement(
    MeterValue.select(MeterValue.number).where(
        MeterValue.session.is_null() & (MeterValue.time == param("time")) & _SAME & _AT
    )
)
KNOWN_REPLACED = Statement(
    MeterValue.select(MeterValue.number).where(
        (MeterValue.told_time == param("told_time"))
        & (fn.COALESCE(MeterValue.session, "") == param("session"))
        & _SAME
        & _AT
    )
)


class Place(NamedTuple):
    """Whose log it is: resource names; without a session what was measured is kept by itself."""

    charge_point: str
    evse: str | None
    session: str | None = None


class Sample(NamedTuple):
    """A set of samples, when it was measured (microseconds), and what it says."""

    time: int
    told_time: int | None
    """The charger's own time, if it could not be believed."""
    body: bytes
    reading: Reading
    fingerprint: int


def sample(told: SampleSet, time: int, *, replaced: bool) -> Sample:
    """A set of samples as it is kept: `time` instead of its own, if that was `replaced`."""
    body = sampled_values.to_bytes(told.values)
    own = to_us(told.time) if replaced and told.time is not None else None
    return Sample(time, own, body, metering.read(told.values), _fingerprint(body))


def is_known(unit: Unit, place: Place, told: Sample) -> bool:
    """Whether the same was told before."""
    unit.write_log(SAMPLES)
    charge_point, evse, session = place
    where = {"charge_point": charge_point, "evse": evse or "", "fingerprint": told.fingerprint}
    if told.told_time is not None:
        where |= {"session": session or "", "told_time": told.told_time}
        return unit.one(KNOWN_REPLACED, **where) is not None
    statement = KNOWN_APART if session is None else KNOWN
    return unit.one(statement, **where, session=session, time=told.time) is not None


def add(unit: Unit, place: Place, told: Sample, *, not_billed: bool) -> None:
    """Writes it down."""
    reading = told.reading
    unit.append(
        SAMPLES,
        (
            *place,
            told.time,
            told.told_time,
            unit.now,
            _whole(reading.register_wh),
            _whole(reading.power_w),
            _whole(reading.soc_percent),
            not_billed,
            told.fingerprint,
            told.body,
        ),
    )


def digest_with(digest: int, time: int, fingerprint: int) -> int:
    """A digest of samples with one more; it is the same in whatever order they come."""
    mixed = digest + (fingerprint ^ time * _ODD)
    return (mixed + _HALF) % (2 * _HALF) - _HALF


_HALF = 1 << 63
_ODD = 0x9E3779B97F4A7C15  # 2**64 by the golden ratio: neighbours in time differ everywhere


def _whole(value: float | None) -> int | None:
    return None if value is None else round(value)


def _fingerprint(body: bytes) -> int:
    """64 bits that tell one set of samples from another, the same on every node."""
    digest = hashlib.blake2b(body, digest_size=8).digest()
    return int.from_bytes(digest, signed=True)
