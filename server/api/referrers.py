"""Who refers to a resource, so that nothing is left dangling when it goes.

A reference in a field of its own is found by that field's column. One that stands deeper, in
a list or within a message, is kept in `NestedReference` beside the row that makes it.
"""

from collections.abc import Collection, Iterator
from functools import cache
from typing import Any

from google.protobuf.message import Message
from peewee import Field

from server.api.masks import writable_fields
from server.api.references import ANY, MAPPINGS, exists, references_in
from server.domain.errors import precondition
from server.resources.descriptors import MessageType, referenced_type, resource_type
from server.store.models import NestedReference
from server.store.reads import Rows
from server.store.statements import Append, Statement, param
from server.store.unit import Unit

_MOST_NAMED = 5
_SEEN_TO: set[Field] = set()
_INSERT = Append(NestedReference, ("target", "referrer", "referrer_kind", "create_time"))
_FORGET = Statement(NestedReference.delete().where(NestedReference.referrer == param("referrer")))
_NESTED = Statement(
    NestedReference.select(NestedReference.referrer, NestedReference.referrer_kind)
    .where(NestedReference.target == param("target"))
    .limit(_MOST_NAMED)
)


def require_unused(rows: Rows, kind: str, name: str, partner: str | None) -> None:
    """Raises RefusedError RESOURCE_IN_USE, naming who still refers to the resource; those that
    the partner may not see are `others`."""
    found = [*_by_columns(rows, kind, name), *_nested(rows, name, partner)]
    seen = dict.fromkeys(who for who, whose in found if partner in {None, whose})
    referrers = list(seen) or (["others"] if found else [])
    if referrers:
        told = ", ".join(referrers[:_MOST_NAMED])
        raise precondition(
            "RESOURCE_IN_USE", f"{name} is used by {told}", name=name, referrers=told
        )


def seen_to(*columns: Field) -> None:
    """These do not keep their resource from going: whoever deletes it sees to their rows."""
    _SEEN_TO.update(columns)


def keep_nested(unit: Unit, resource: Message, changed: Collection[str]) -> None:
    """Writes down what a resource that was written refers to deeper than in its own fields."""
    nested = nested_fields(resource.DESCRIPTOR)
    if nested.isdisjoint(changed):
        return
    named: Any = resource
    created = named.create_time.ToMicroseconds() or unit.now
    forget_nested(unit, resource)
    targets = dict.fromkeys(each.name for each in references_in(resource, fields=nested))
    for target in targets:
        unit.insert(_INSERT, (target, named.name, resource_type(resource.DESCRIPTOR), created))


def forget_nested(unit: Unit, resource: Message) -> None:
    """A resource refers to nothing any more."""
    if nested_fields(resource.DESCRIPTOR):
        unit.run(_FORGET, referrer=resource.name)  # type: ignore[attr-defined]


@cache
def nested_fields(message: MessageType) -> frozenset[str]:
    """The fields of a resource within which a client may refer to others."""
    return frozenset(
        field.name
        for field in writable_fields(message)
        if (referenced_type(field) and field.is_repeated)
        or (field.message_type is not None and _refers(field.message_type, ()))
    )


def _refers(message: MessageType, above: tuple[str, ...]) -> bool:
    if message.full_name in above:
        return False
    within = (*above, message.full_name)
    return any(
        referenced_type(field) or (field.message_type and _refers(field.message_type, within))
        for field in message.fields
    )


def _by_columns(rows: Rows, kind: str, name: str) -> Iterator[tuple[str, str | None]]:
    """Who refers to it by a field, and whose they are."""
    for column in _referring(kind):
        for who, whose in rows.all(_referrers(column), name=name):
            yield str(who), whose


def _nested(rows: Rows, name: str, partner: str | None) -> Iterator[tuple[str, str | None]]:
    for who, kind in rows.all(_NESTED, target=name):
        yield str(who), partner if exists(rows, kind, who, partner) else None


@cache
def _referring(kind: str) -> tuple[Field, ...]:
    """The columns that refer to that kind."""
    found = (
        getattr(mapping.table, field.name)
        for mapping in MAPPINGS.values()
        for field in mapping.descriptor.fields
        if referenced_type(field) in {kind, ANY} and not field.is_repeated
        if mapping.keeps(field.name)
    )
    return tuple(column for column in found if column not in _SEEN_TO)


@cache
def _referrers(column: Field) -> Statement:
    table = column.model
    query = table.select(table.name, table.partner).where(column == param("name"))
    return Statement(query.limit(_MOST_NAMED))
