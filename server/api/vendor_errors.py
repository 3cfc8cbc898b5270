"""Adds to charge points, EVSEs and their status log what their vendor's error code means."""

from collections.abc import Mapping as Map
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from peewee import Field, fn

from server.api.listing import Addition
from server.resources import wire
from server.resources.mapping import Mapping
from server.resources.vendor_error_codes import texts_of
from server.store.models import ChargePoint, Evse, StatusLogEntry
from server.store.reads import Rows
from server.store.statements import Statement, param

_VENDOR = fn.COALESCE(ChargePoint.vendor_id, ChargePoint.vendor, "")
_OF_CHARGE_POINTS = ChargePoint.select(ChargePoint.name, _VENDOR, ChargePoint.vendor_error_code)
_OF_EVSES = Evse.select(
    Evse.name, fn.COALESCE(Evse.vendor_id, _VENDOR), Evse.vendor_error_code
).join(ChargePoint, on=(ChargePoint.name == Evse.charge_point))

_OF_STATUS_LOG = StatusLogEntry.select(
    StatusLogEntry.number,
    fn.COALESCE(StatusLogEntry.vendor_id, _VENDOR),
    StatusLogEntry.vendor_error_code,
).join(ChargePoint, on=(ChargePoint.name == StatusLogEntry.charge_point))


def of_charge_points(mapping: Mapping[Any]) -> Addition:
    """`vendor_error` of charge points."""
    return _addition(mapping, ChargePoint, _OF_CHARGE_POINTS)


def of_evses(mapping: Mapping[Any]) -> Addition:
    """`vendor_error` of EVSEs."""
    return _addition(mapping, Evse, _OF_EVSES)


def of_status_log(mapping: Mapping[Any]) -> Addition:
    """`vendor_error` of entries of the status log, which go by their numbers."""
    return _addition(mapping, StatusLogEntry, _OF_STATUS_LOG, StatusLogEntry.number)


def _addition(mapping: Mapping[Any], table: Any, faults: Any, key: Field | None = None) -> Addition:
    write = wire.body(mapping.descriptor.fields_by_name["vendor_error"].number)

    @lru_cache(maxsize=64)
    def statement(count: int) -> Statement:
        names = [param(f"name{place}") for place in range(count)]
        faulty = (key or table.name).in_(names) & table.vendor_error_code.is_null(False)
        return Statement(faults.where(faulty))

    def addition(rows: Rows, names: Sequence[str]) -> Map[str, bytes]:
        if not names:
            return {}
        values = {f"name{place}": name for place, name in enumerate(names)}
        found = rows.all(statement(len(names)), **values)
        texts = texts_of(rows, [(vendor, code) for _, vendor, code in found])
        return {
            name: write(texts[vendor, code])
            for name, vendor, code in found
            if (vendor, code) in texts
        }

    return addition
