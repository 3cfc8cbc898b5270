"""Text filters: rows with every word of a text, without regard to case and accents, by an index.

Of the grams of the text the rarest leads to the rows; that they have the words is
then seen in `search_text`. Words of one or two letters have no gram, and lead nowhere.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from peewee import SQL, NodeList, fn

from server.api.filter import Filter
from server.api.paging import Order
from server.api.ways import ALONG_THE_ORDER, FEW, NOWHERE, Path, Way
from server.resources.search import fold
from server.store import search
from server.store.models import SearchGram
from server.store.reads import Rows
from server.store.statements import Statement, param

MOST_WORDS = 8
MOST_GRAMS = 8
"""So many grams of a text are compared with one another."""

_FILED = (SearchGram.collection == param("collection")) & (SearchGram.gram == param("gram"))
_COUNT = Statement(
    SearchGram.select(SearchGram.gram).where(_FILED).limit(FEW).select_from(fn.COUNT(SQL("*")))
)


@dataclass(frozen=True, slots=True)
class TextFilter(Filter):
    """Every word of the text stands in the column."""

    @property
    def compares(self) -> bool:
        """It is a pattern."""
        return False

    def values(self, name: str, value: Any) -> dict[str, Any]:
        """A pattern a word."""
        words = dict.fromkeys(fold(value).split())
        return {f"{name}.{place}": _pattern(word) for place, word in enumerate(words)}

    def conditions(self, table: Any, name: str, given: Collection[str]) -> Iterator[NodeList]:
        """The column is like each of the patterns."""
        column = getattr(table, self.column)
        for each in sorted(given):
            if each.startswith(f"{name}."):
                yield NodeList((column, SQL("LIKE"), param(each), SQL("ESCAPE '!'")))

    def way(self, rows: Rows, table: Any, value: Any, order: Order) -> Way:
        """Along the rows of the text's rarest gram, if that is a short way or the order's own."""
        collection = search.collection_of(table)
        counts = {
            gram: _count(rows, collection, gram) for gram in _some(search.grams_of(fold(value)))
        }
        if not counts:
            return ALONG_THE_ORDER
        rarest = min(counts, key=counts.__getitem__)
        if not counts[rarest]:
            return NOWHERE
        if counts[rarest] == FEW and not order.goes_by(table.create_time, table.name):
            return ALONG_THE_ORDER
        return Way(_path(table), {"collection": collection, "gram": rarest})


@cache
def _path(table: Any) -> Path:
    by_creation = (SearchGram.create_time, SearchGram.name)
    return Path((_FILED,), SearchGram, SearchGram.name == table.name, by_creation)


def _count(rows: Rows, collection: str, gram: str) -> int:
    (count,) = rows.one(_COUNT, collection=collection, gram=gram) or (0,)
    return int(count)


def _some(grams: Collection[str]) -> list[str]:
    return sorted(grams)[:: max(1, len(grams) // MOST_GRAMS)][:MOST_GRAMS]


def _pattern(word: str) -> str:
    for special in "!%_":
        word = word.replace(special, f"!{special}")
    return f"%{word}%"
