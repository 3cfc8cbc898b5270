"""Queries of peewee's that are compiled once and run many times.

Building a query costs several times what SQLite needs to run it. The statements of
the hot path are therefore written with peewee's query builder, compiled at first
use for the database that is open, and from then on only bound.
"""

from collections.abc import Callable, Mapping, Sequence
from operator import itemgetter
from typing import Any

from peewee import Database, Model, Query, Value

from server.store.database import is_postgresql


class Parameter:
    """A place in a query that gets its value when the statement runs."""

    __slots__ = ("name",)

    def __init__(self, name: str) -> None:
        self.name = name


def param(name: str) -> Value:
    """A named place in a query, for `Statement`."""
    return Value(Parameter(name), converter=False)


class Statement:
    """A query with named places, compiled once."""

    __slots__ = ("_bound", "_pick", "_query", "_sql")

    def __init__(self, query: Query) -> None:
        self._query = query
        self._bound: Database | None = None
        self._sql = ""
        self._pick: Callable[[Mapping[str, Any]], Sequence[Any]] = tuple

    def bind(self, database: Database, values: Mapping[str, Any]) -> tuple[str, Sequence[Any]]:
        """The SQL for this database and the values in its order."""
        if self._bound is not database:
            self._compile(database)
        return self._sql, self._pick(values)

    def _compile(self, database: Database) -> None:
        self._sql, found = database.get_sql_context().parse(self._query)
        self._pick = _picking(found)
        self._bound = database


def _picking(found: Sequence[Any]) -> Callable[[Mapping[str, Any]], Sequence[Any]]:
    """Takes the values for these places out of a mapping; what is no parameter is a constant."""
    names = [each.name for each in found if isinstance(each, Parameter)]
    if len(names) == len(found) > 1:
        return itemgetter(*names)
    order = [(each.name, None) if isinstance(each, Parameter) else (None, each) for each in found]
    return lambda values: [constant if name is None else values[name] for name, constant in order]


class Append:
    """An INSERT of rows with values in the order of `columns`; the others get their defaults.

    With `if_new`, rows whose key there is already are left as they are.
    """

    __slots__ = ("_defaults", "_if_new", "_sql", "columns", "table")

    def __init__(self, table: type[Model], columns: Sequence[str], *, if_new: bool = False) -> None:
        self.table = table
        self._if_new = if_new
        self.columns = tuple(columns)
        fields = table._meta.fields  # noqa: SLF001 - where peewee keeps them, as documented
        defaults = {name: field.default for name, field in fields.items() if name not in columns}
        self._defaults = {name: value for name, value in defaults.items() if value is not None}
        self._sql: dict[str, str] = {}

    def sql(self, database: Database) -> str:
        """The statement, with the database's own placeholders."""
        place = "%s" if is_postgresql(database) else "?"
        if place not in self._sql:
            self._sql[place] = self._compile(place)
        return self._sql[place]

    def _compile(self, place: str) -> str:
        meta = self.table._meta  # noqa: SLF001 - as above
        names = (meta.fields[name].column_name for name in (*self.columns, *self._defaults))
        fields = ", ".join(f'"{name}"' for name in names)
        values = ", ".join(
            [place] * len(self.columns) + [_literal(each) for each in self._defaults.values()]
        )
        conflict = " ON CONFLICT DO NOTHING" if self._if_new else ""
        return f'INSERT INTO "{meta.table_name}" ({fields}) VALUES ({values}){conflict}'  # noqa: S608 - our own names


def _literal(value: bool | int | str) -> str:
    if isinstance(value, bool):
        return str(value).upper()
    return str(value) if isinstance(value, int) else f"'{value}'"
