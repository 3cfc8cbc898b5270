"""The versions of electricity rates: written with every change, read to tell what a kWh cost."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from peewee import fn

from ampline.v1 import electricity_rate_pb2 as pb
from server.domain.electricity_rates import RateVersion, RecordedRate
from server.domain.tariffs import OWN_RATE, RatePrice, Tariff
from server.resources import rate_terms
from server.store.clock import to_datetime, to_us
from server.store.models import ElectricityRate, ElectricityRateVersion
from server.store.reads import Rows
from server.store.statements import Append, Statement, param
from server.store.unit import Unit


class Recorded(NamedTuple):
    """The versions of a rate that a time has seen, oldest first: their names, and what they say."""

    names: Sequence[str]
    rate: RecordedRate


_OF_RATE = ElectricityRateVersion.electricity_rate == param("rate")
_LAST_NUMBER = Statement(
    ElectricityRateVersion.select(fn.MAX(ElectricityRateVersion.number)).where(_OF_RATE)
)
_KEEP = Append(
    ElectricityRateVersion,
    ("name", "partner", "electricity_rate", "number", "rate", "create_time"),
)
_POINT = Statement(
    ElectricityRate.update(current_version=param("version")).where(
        ElectricityRate.name == param("rate")
    )
)
_BEGUN = Statement(
    ElectricityRateVersion.select(fn.MAX(ElectricityRateVersion.number)).where(
        _OF_RATE & (ElectricityRateVersion.create_time <= param("start"))
    )
)
_BETWEEN = Statement(
    ElectricityRateVersion.select(
        ElectricityRateVersion.name,
        ElectricityRateVersion.rate,
        ElectricityRateVersion.create_time,
    )
    .where(
        _OF_RATE
        & (ElectricityRateVersion.number >= param("first"))
        & (
            (ElectricityRateVersion.create_time < param("end"))
            | (ElectricityRateVersion.number == param("first"))
        )
    )
    .order_by(ElectricityRateVersion.number)
)


def keep(unit: Unit, rate: pb.ElectricityRate, partner: str | None) -> str:
    """Writes the rate down as its next version, which holds from now on; returns its name."""
    last = unit.one(_LAST_NUMBER, rate=rate.name)
    number = (last[0] or 0) + 1 if last else 1
    name = f"{rate.name}/versions/{number}"
    kept = pb.ElectricityRate()
    kept.CopyFrom(rate)
    kept.current_version = name
    kept.ClearField("etag")
    body = pb.ElectricityRateVersion(rate=kept).SerializeToString(deterministic=True)
    unit.insert(_KEEP, (name, partner, rate.name, number, body, unit.now))
    unit.run(_POINT, version=name, rate=rate.name)
    return name


def recorded(rows: Rows, rate: str, start: datetime, end: datetime) -> Recorded:
    """What was, is or will be in force from start to end; before the first version, that one."""
    begun = rows.one(_BEGUN, rate=rate, start=to_us(start))
    first = (begun and begun[0]) or 1
    found = rows.all(_BETWEEN, rate=rate, first=first, end=to_us(end))
    names: list[str] = []
    versions: list[RateVersion] = []
    for name, body, since in found:
        message = pb.ElectricityRateVersion.FromString(bytes(body)).rate
        begins = to_datetime(since) if versions else None
        names.append(str(name))
        versions.append(RateVersion(rate_terms.to_domain(message), begins))
    return Recorded(names, RecordedRate(tuple(versions)))


def followed(
    rows: Rows, terms: Tariff, own: str | None, start: datetime, end: datetime
) -> dict[str, RecordedRate]:
    """What the rates that a tariff follows say from start to end, by the names that it gives them.
    `own` is the charge point's rate. Those of which there is none are missing."""
    found = {}
    for name in followed_by(terms):
        rate = own if name == OWN_RATE else name
        versions = recorded(rows, rate, start, end) if rate else None
        if versions and versions.names:
            found[name] = versions.rate
    return found


def followed_by(terms: Tariff) -> frozenset[str]:
    """The names of the rates that a tariff follows."""
    prices = (element.price for element in terms.elements)
    return frozenset(price.rate for price in prices if isinstance(price, RatePrice))


def are_known(rows: Rows, terms: Tariff, own: str | None, now: datetime) -> bool:
    """Whether there is each rate that a tariff follows, in the tariff's currency: else nothing can
    be priced by it."""
    names = followed_by(terms)
    found = followed(rows, terms, own, now, now) if names else {}
    currencies = {rate.versions[0].rate.currency for rate in found.values()}
    return len(found) == len(names) and currencies <= {terms.currency}
