"""Which tariff applies, and the snapshot of it that prices a session.

What is parsed from rows is cached by name, version and the time of that version (a
resource that is deleted and made again counts from 1 again), and snapshots by the hash
of their content: neither ever changes under its key.
"""

import hashlib
from typing import Any, NamedTuple

from peewee import JOIN

from ampline.v1 import tariff_group_pb2, tariff_pb2
from server.domain.tariff_groups import GroupEntry, Resolution, ResolutionContext, resolve
from server.domain.tariffs import PricingType, pricing_type
from server.domain.tariffs import Tariff as Terms
from server.resources import group_entries, tariff_groups, tariff_terms, tariffs
from server.store.clock import to_datetime
from server.store.models import ChargePoint, Location, Tariff, TariffGroup, TariffSnapshot
from server.store.reads import Rows
from server.store.statements import Append, Statement, param
from server.store.unit import Unit


class Snapshot(NamedTuple):
    """A tariff as it was: its key, its message, its terms for the domain.

    `free`: no session can cost anything by it.
    """

    key: str
    message: tariff_pb2.Tariff
    terms: Terms
    free: bool


_ENABLED = 1
_DEFAULT_GROUP = Statement(
    TariffGroup.select(TariffGroup.name).where(TariffGroup.operator_default == True)  # noqa: E712
)
_GROUPS_ABOVE = Statement(
    ChargePoint.select(ChargePoint.tariff_group, Location.tariff_group)
    .join(Location, JOIN.LEFT_OUTER, on=(Location.name == ChargePoint.location))
    .where(ChargePoint.name == param("charge_point"))
)
_GROUP_VERSION = Statement(
    TariffGroup.select(TariffGroup.version, TariffGroup.update_time).where(
        TariffGroup.name == param("name")
    )
)
_GROUP = Statement(
    TariffGroup.select(*tariff_groups.MAPPING.columns).where(TariffGroup.name == param("name"))
)
_TARIFF_VERSION = Statement(
    Tariff.select(
        Tariff.version, Tariff.update_time, Tariff.state, Tariff.start_time, Tariff.end_time
    ).where(Tariff.name == param("name"))
)
_TARIFF = Statement(Tariff.select(*tariffs.MAPPING.columns).where(Tariff.name == param("name")))
_SNAPSHOT = Statement(
    TariffSnapshot.select(TariffSnapshot.body).where(TariffSnapshot.key == param("key"))
)
_SNAPSHOT_KNOWN = Statement(
    TariffSnapshot.select(TariffSnapshot.key).where(TariffSnapshot.key == param("key"))
)
_KEEP = Append(TariffSnapshot, ("key", "tariff", "body", "create_time"))


def group_for(rows: Rows, charge_point: str, own_group: str | None) -> str | None:
    """The tariff group of an EVSE: its own, its charge point's, its location's, the default."""
    if own_group:
        return own_group
    above = rows.one(_GROUPS_ABOVE, charge_point=charge_point) or ()
    nearest = next((group for group in above if group), None)
    if nearest:
        return str(nearest)
    default = rows.one(_DEFAULT_GROUP)
    return str(default[0]) if default else None


def tariff_for(unit: Unit, group: str | None, context: ResolutionContext) -> Snapshot | None:
    """The tariff that a group gives in this context, as it is now; None if none applies."""
    resolution = resolution_of(unit, group, context) if group else None
    return current(unit, resolution.tariff_id) if resolution else None


def resolution_of(rows: Rows, group: str, context: ResolutionContext) -> Resolution | None:
    """Which tariff a group gives in this context, and why; None if none applies."""
    return resolve(_entries(rows, group), context, lambda tariff: _usable(rows, tariff, context))


def current(rows: Rows, tariff: str) -> Snapshot:
    """A tariff as it is now."""
    version = (tariff, *(rows.one(_TARIFF_VERSION, name=tariff) or (0, 0))[:2])
    cached = _current.get(version)
    if cached is None:
        row = rows.one(_TARIFF, name=tariff)
        assert row is not None
        cached = _current[version] = _snapshot(tariffs.MAPPING.to_message(row))
        _bound(_current)
    return cached


def keep(unit: Unit, snapshot: Snapshot) -> None:
    """Sees to it that a session can refer to the snapshot."""
    if unit.one(_SNAPSHOT_KNOWN, key=snapshot.key) is None:
        body = snapshot.message.SerializeToString(deterministic=True)
        unit.insert(_KEEP, (snapshot.key, snapshot.message.name, body, unit.now))


def snapshot_of(unit: Unit, key: str) -> Snapshot:
    """The snapshot that a session began with."""
    cached = _kept.get(key)
    if cached is None:
        row = unit.one(_SNAPSHOT, key=key)
        assert row is not None
        cached = _kept[key] = _snapshot(tariff_pb2.Tariff.FromString(bytes(row[0])))
        _bound(_kept)
    return cached


_current: dict[tuple[Any, ...], Snapshot] = {}
_kept: dict[str, Snapshot] = {}
_groups: dict[tuple[Any, ...], tuple[GroupEntry, ...]] = {}
_MOST_CACHED = 4096


def _bound(cache: dict[Any, Any]) -> None:
    """Lets a cache grow to so many entries, then drops the oldest."""
    if len(cache) > _MOST_CACHED:
        del cache[next(iter(cache))]


def _snapshot(message: tariff_pb2.Tariff) -> Snapshot:
    for ours in ("create_time", "update_time", "etag"):
        message.ClearField(ours)
    body = message.SerializeToString(deterministic=True)
    terms = tariff_terms.to_domain(message)
    free = pricing_type(terms) is PricingType.FREE
    return Snapshot(hashlib.sha256(body).hexdigest(), message, terms, free)


def _entries(rows: Rows, group: str) -> tuple[GroupEntry, ...]:
    version = (group, *(rows.one(_GROUP_VERSION, name=group) or (0, 0)))
    if version not in _groups:
        row = rows.one(_GROUP, name=group)
        message = tariff_groups.MAPPING.to_message(row) if row else tariff_group_pb2.TariffGroup()
        _groups[version] = group_entries.to_domain(message)
        _bound(_groups)
    return _groups[version]


def _usable(rows: Rows, tariff: str, context: ResolutionContext) -> bool:
    """Whether a tariff is enabled and valid for a session that begins then."""
    row = rows.one(_TARIFF_VERSION, name=tariff)
    if row is None:
        return False
    _, _, state, begins, ends = row
    if state != _ENABLED:
        return False
    begun = begins is None or to_datetime(begins) <= context.moment
    return begun and (ends is None or context.moment < to_datetime(ends))
