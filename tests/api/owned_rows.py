"""A row of every kind of resource for each of two partners, made out of the tables alone."""

import re
from typing import Any

from google.api.resource_pb2 import resource
from peewee import (
    BlobField,
    BooleanField,
    DoubleField,
    Field,
    TextField,
)

from server.api.references import MAPPINGS
from server.resources.descriptors import snake_case
from server.store.unit import Unit

_WELL_KNOWN = {"currency": "EUR", "time_zone": "Europe/Amsterdam"}


def kinds() -> list[str]:
    """Every kind of resource whose rows are somebody's."""
    return [kind for kind, mapping in MAPPINGS.items() if hasattr(mapping.table, "partner")]


def names_of(partner: str) -> dict[str, str]:
    """What the rows of that partner are called, by kind."""
    return {kind: _name(kind, partner) for kind in kinds()}


def _name(kind: str, partner: str) -> str:
    if kind == "ampline.app/Partner":
        return partner
    options: Any = MAPPINGS[kind].descriptor.GetOptions()
    pattern = options.Extensions[resource].pattern[0]
    identifier = partner.rpartition("/")[2]
    return re.sub(r"\{(\w+)\}", lambda word: "1" if word[1] == "evse" else identifier, pattern)


def write(unit: Unit, partner: str) -> None:
    """Makes all rows of the partner as they were in the beginning."""
    names = names_of(partner)
    for kind, name in names.items():
        table = MAPPINGS[kind].table
        if kind == "ampline.app/Partner":
            continue
        unit.execute(table.delete().where(table.name == name))
        unit.execute(table.insert(**_row(table, name, names, partner)))


def _row(table: Any, name: str, names: dict[str, str], partner: str) -> dict[str, Any]:
    referred = {snake_case(kind.rpartition("/")[2]): each for kind, each in names.items()}
    row = {
        field.name: _value(field, referred, name)
        for field in table._meta.sorted_fields
        if not field.null and field.default is None
    }
    referring = {
        field.name: referred[field.name]
        for field in table._meta.sorted_fields
        if field.name in {"charge_point", "evse", "location", "user", "id_tag"}
    }
    return {**row, **referring, "name": name, "partner": partner}


def _value(field: Field, referred: dict[str, str], name: str) -> Any:
    if field.name in referred:
        return referred[field.name]
    if field.name in _WELL_KNOWN:
        return _WELL_KNOWN[field.name]
    if isinstance(field, BlobField):
        return b""
    if isinstance(field, TextField):
        return f"{field.name} of {name}"
    if isinstance(field, BooleanField):
        return False
    return 1.0 if isinstance(field, DoubleField) else 1
