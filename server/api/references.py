"""References from one resource to another: that they lead somewhere.

Which field refers to which kind of resource stands in the protos. Every resource that is
served makes its table known here; a kind without a table has no resources, so whatever names
one names nothing. Who refers to a resource stands in `referrers`.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from google.protobuf.message import Message

from server.api import scopes
from server.domain.errors import Outcome, RefusedError
from server.resources.descriptors import FieldType, plural, referenced_type, resource_type
from server.resources.mapping import Mapping
from server.store.reads import Rows
from server.store.statements import Statement, param

MAPPINGS: dict[str, Mapping[Any]] = {}
"""The resources that are served, by their kind."""


@dataclass(frozen=True, slots=True)
class Reference:
    """A reference in a message: where it stands, to what kind, and the name that it gives."""

    path: str
    kind: str
    name: str


ANY = "*"
"""The type of a field that may name a resource of any kind."""


def make_known(mapping: Mapping[Any]) -> None:
    """Lets other resources refer to those of the mapping."""
    MAPPINGS[resource_type(mapping.descriptor)] = mapping


def check(
    rows: Rows, message: Message, fields: Collection[str], prefix: str, partner: str | None
) -> None:
    """Raises RefusedError REFERENCE_NOT_FOUND if a reference in one of the fields leads nowhere,
    or out of the partner's sight."""
    lost = [
        reference
        for reference in references_in(message, prefix, fields)
        if not exists(rows, reference.kind, reference.name, partner)
    ]
    if lost:
        raise _not_found(lost)


def exists(rows: Rows, kind: str, name: str, partner: str | None) -> bool:
    """Whether there is such a resource, of the partner if one is given."""
    kind = _kind_of(name) if kind == ANY else kind
    if kind not in MAPPINGS:
        return False
    values = {"name": name} if partner is None else {"name": name, "scope": partner}
    return rows.one(_existence(kind, partner is not None), **values) is not None


def references_in(
    message: Message, prefix: str = "", fields: Collection[str] | None = None
) -> Iterator[Reference]:
    """Every reference that the message makes, however deep; of the named fields alone, if any."""
    for field, value in message.ListFields():
        if fields is not None and field.name not in fields:
            continue
        kind = referenced_type(field)
        for path, each in _each(f"{prefix}{field.name}", field, value):
            if kind and each:
                yield Reference(path, kind, each)
            elif isinstance(each, Message):
                yield from references_in(each, f"{path}.")


def _each(path: str, field: FieldType, value: Any) -> Iterator[tuple[str, Any]]:
    if not field.is_repeated:
        yield path, value
    elif field.message_type is None or not field.message_type.GetOptions().map_entry:
        for place, each in enumerate(value):
            yield f"{path}[{place}]", each


def kind_of_table(table: Any) -> str:
    """The kind of the resources that a table has."""
    return next(kind for kind, each in MAPPINGS.items() if each.table is table)


def _kind_of(name: str) -> str:
    """The kind of resource that a name is of, by the collection that it stands in."""
    collection = name.rpartition("/")[0].rpartition("/")[2]
    found = (kind for kind, each in MAPPINGS.items() if plural(each.descriptor) == collection)
    return next(found, "")


@cache
def _existence(kind: str, scoped: bool) -> Statement:
    table = MAPPINGS[kind].table
    query = table.select(table.name).where(table.name == param("name"))
    if hasattr(table, "delete_time"):
        query = query.where(table.delete_time.is_null())
    return Statement(query.where(scopes.seen(table)) if scoped else query)


def _not_found(lost: list[Reference]) -> RefusedError:
    problems = {each.path: f"{each.name!r} does not exist" for each in lost}
    told = "; ".join(f"{path}: {problem}" for path, problem in problems.items())
    metadata = {"field": lost[0].path, "value": lost[0].name}
    return RefusedError(Outcome.INVALID_ARGUMENT, "REFERENCE_NOT_FOUND", told, metadata, problems)
