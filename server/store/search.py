"""Keeps the grams that the text filters go by, in the transaction that changes the text.

A text is cut into words at its spaces, and a word into every three letters in a row: `park` is
`par` and `ark`. A resource has each of its grams once.
"""

from collections.abc import Iterable
from functools import cache
from typing import Any

from server.store.models import SearchGram
from server.store.statements import Append, Statement, param
from server.store.unit import Unit

COLUMN = "search_text"
"""Tables that have it can be searched."""

LENGTH = 3

_ADD = Append(SearchGram, ("collection", "gram", "create_time", "name"))
_DROP = Statement(
    SearchGram.delete().where(
        (SearchGram.collection == param("collection"))
        & (SearchGram.gram == param("gram"))
        & (SearchGram.create_time == param("create_time"))
        & (SearchGram.name == param("name"))
    )
)


def grams_of(text: str) -> frozenset[str]:
    """The grams of a folded text; words of one or two letters have none."""
    return frozenset(
        word[start : start + LENGTH]
        for word in text.split()
        for start in range(len(word) - LENGTH + 1)
    )


def collection_of(table: Any) -> str:
    """What the grams of a table's rows are filed under."""
    return str(table._meta.table_name)  # noqa: SLF001 - where peewee keeps it, as documented


def add(unit: Unit, table: Any, name: str, create_time: int, text: str) -> None:
    """A row comes into the table, with this text."""
    _add(unit, table, name, create_time, grams_of(text))


def change(unit: Unit, table: Any, name: str, text: str) -> None:
    """A row of the table is about to get another text; an empty one leaves nothing behind."""
    found = unit.one(_kept(table), name=name)
    if found is None:
        return
    create_time, before = found
    unit.write_log(_ADD)  # or grams of this transaction would come behind their removal
    had, has = grams_of(before), grams_of(text)
    dropped = {"collection": collection_of(table), "create_time": create_time, "name": name}
    unit.run_all(_DROP, ({**dropped, "gram": gram} for gram in had - has))
    _add(unit, table, name, create_time, has - had)


def remove(unit: Unit, table: Any, name: str) -> None:
    """A row is about to leave the table."""
    change(unit, table, name, "")


def _add(unit: Unit, table: Any, name: str, create_time: int, grams: Iterable[str]) -> None:
    collection = collection_of(table)
    for gram in grams:
        unit.append(_ADD, (collection, gram, create_time, name))


@cache
def _kept(table: Any) -> Statement:
    found = table.select(table.create_time, table.search_text)
    return Statement(found.where(table.name == param("name")))
