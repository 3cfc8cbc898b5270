"""Writes the rows of one kind of resource: insert, update, delete."""

from collections.abc import Mapping as Map
from functools import lru_cache
from typing import Any, Generic, TypeVar

from google.protobuf.message import Message

from server.api.changes import Change
from server.domain.errors import Outcome, RefusedError
from server.resources.mapping import Mapping
from server.store import search
from server.store.statements import Append, Statement, param
from server.store.unit import Unit

M = TypeVar("M", bound=Message)
_FIRST_VERSION = 1


class WrittenRows(Generic[M]):
    """The rows of a mapping's table.

    `unique` names the fields of which no two resources may have the same value, each with the
    columns that hold it; `field` is what requests call the resource.
    """

    def __init__(self, mapping: Mapping[M], unique: Map[str, tuple[str, ...]], field: str) -> None:
        self._mapping = mapping
        self._table: Any = mapping.table
        self._unique = unique
        self._field = field
        self._taken = {columns: self._finding(columns) for columns in unique.values()}
        self._named = self._finding(("name",))
        self._inserting = lru_cache(maxsize=64)(lambda columns: Append(self._table, columns))
        self._updating = lru_cache(maxsize=256)(self._update_of)
        self._deleting = Statement(self._table.delete().where(self._table.name == param("name")))

    def insert(self, change: Change[M]) -> None:
        """Writes a new row. ALREADY_EXISTS if its name or a unique value is taken."""
        columns = self._mapping.to_columns(change.after, change.changed) | change.columns
        name: str = change.after.name  # type: ignore[attr-defined]
        if change.unit.one(self._named, name=name) is not None:
            raise taken(f"{self._field}_id", name.rpartition("/")[2])
        self._require_unique(change, columns, name)
        now = change.unit.now
        columns |= {"name": name, "partner": change.partner, "version": _FIRST_VERSION}
        columns |= {"create_time": now, "update_time": now}
        change.unit.insert(self._inserting(tuple(columns)), tuple(columns.values()))
        if text := columns.get(search.COLUMN):
            search.add(change.unit, self._table, name, now, text)

    def update(self, change: Change[M], version: int) -> None:
        """Writes what changed in the row. ABORTED if it is not in that version any more."""
        columns = self._mapping.to_columns(change.after, change.changed) | change.columns
        name: str = change.after.name  # type: ignore[attr-defined]
        self._require_unique(change, columns, name)
        if search.COLUMN in columns:
            search.change(change.unit, self._table, name, columns[search.COLUMN])
        columns |= {"version": version + 1, "update_time": change.unit.now}
        statement = self._updating(tuple(columns))
        if not change.unit.run(statement, **columns, name=name, before=version):
            raise stale(name)

    def delete(self, unit: Unit, name: str) -> None:
        """Removes the row."""
        if hasattr(self._table, search.COLUMN):
            search.remove(unit, self._table, name)
        unit.run(self._deleting, name=name)

    def _require_unique(self, change: Change[M], columns: Map[str, Any], name: str) -> None:
        for field, held_by in self._unique.items():
            values = {column: columns.get(column) for column in held_by}
            if None in values.values():
                continue
            found = change.unit.one(self._taken[held_by], **values)
            if found is not None and found[0] != name:
                raise taken(f"{self._field}.{field}", str(getattr(change.after, field)))

    def _finding(self, columns: tuple[str, ...]) -> Statement:
        wanted = [getattr(self._table, column) == param(column) for column in columns]
        return Statement(self._table.select(self._table.name).where(*wanted))

    def _update_of(self, columns: tuple[str, ...]) -> Statement:
        table = self._table
        query = table.update({getattr(table, column): param(column) for column in columns})
        same = (table.name == param("name")) & (table.version == param("before"))
        return Statement(query.where(same))


def stale(name: str) -> RefusedError:
    """The resource is not any more what the caller has read."""
    return RefusedError(
        Outcome.ABORTED,
        "STALE_ETAG",
        f"{name} has changed since it was read; read it again",
        {"name": name},
    )


def taken(field: str, value: str) -> RefusedError:
    """Another resource has the value already."""
    problem = f"{value!r} is taken"
    return RefusedError(
        Outcome.ALREADY_EXISTS,
        "ALREADY_EXISTS",
        f"{field}: {problem}",
        {"field": field, "value": value},
        {field: problem},
    )
