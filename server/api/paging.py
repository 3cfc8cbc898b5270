"""Pages by key: a token holds the key of the last row, so page 10,000 costs what page 1 does.

A row whose column of the order is NULL comes last, upwards and downwards alike.
"""

import base64
import binascii
import hashlib
import json
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from operator import is_
from typing import Any

from google.protobuf.message import Message
from peewee import Expression, Field, Model, Ordering, Tuple

from server.domain.errors import Outcome, RefusedError, invalid_field
from server.store.statements import param

DEFAULT_SIZE, LARGEST_SIZE = 50, 1000
_CHECK_BYTES = 8


@dataclass(frozen=True, slots=True)
class Order:
    """An order of rows: its columns, the last of them unique among equals before it."""

    columns: tuple[Field, ...]
    descending: bool = False

    @property
    def nullable(self) -> bool:
        """Whether rows may have nothing to be ordered by."""
        return bool(self.columns[0].null)

    def goes_by(self, *columns: Field) -> bool:
        """Whether these are its columns. (`==` between columns makes an expression of them.)"""
        return len(columns) == len(self.columns) and all(map(is_, columns, self.columns))

    def terms(self) -> list[Ordering]:
        """ORDER BY."""
        return [column.desc() if self.descending else column.asc() for column in self.columns]


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of an order that one query reads: `with_null` are the rows without a value.

    `after` says whether it begins behind a key, of which the values come in as `key0`, …; `until`
    whether it ends with another, `end0`, ….
    """

    order: Order
    with_null: bool
    after: bool
    until: bool = False

    def conditions(self) -> Iterator[Expression]:
        """What the query asks for."""
        first, down = self.order.columns[0], self.order.descending
        if self.with_null:
            yield first.is_null()
        elif self.order.nullable:
            yield first.is_null(False)
        if self.after:
            key, begin = self._compared("key")
            yield key < begin if down else key > begin
        if self.until:
            key, end = self._compared("end")
            yield key >= end if down else key <= end

    def _compared(self, name: str) -> tuple[Any, Any]:
        """The columns that differ in this stretch, and the places of another row's."""
        skipped = 1 if self.with_null else 0
        columns = self.order.columns[skipped:]
        places = [param(f"{name}{skipped + place}") for place in range(len(columns))]
        return Tuple(*columns), Tuple(*places)


def stretches(order: Order, key: Sequence[Any] | None) -> list[Stretch]:
    """What is left of the order behind a key, or all of it."""
    if not order.nullable:
        return [Stretch(order, with_null=False, after=key is not None)]
    if key is not None and key[0] is None:
        return [Stretch(order, with_null=True, after=True)]
    return [
        Stretch(order, with_null=False, after=key is not None),
        Stretch(order, with_null=True, after=False),
    ]


class Orders:
    """The values that `order_by` may have; the first is usually meant where it is empty.

    Each is a column of the table, or a name with columns of its own; ` desc` turns it round.
    """

    def __init__(
        self, table: type[Model], names: Sequence[str], own: dict[str, Sequence[str]]
    ) -> None:
        self._told = tuple(names)
        self._columns = {
            name: tuple(getattr(table, column) for column in own.get(name, (name, "name")))
            for name in (told.partition(" ")[0] for told in names)
        }

    def usual(self, bounded: Collection[str]) -> str:
        """What is meant where `order_by` is empty: by a column that the request bounds, if one of
        the orders is by it, so that no row is met in vain."""
        offered = (told for told in self._told if told.partition(" ")[0] in bounded)
        return next(offered, self._told[0])

    def find(self, order_by: str) -> Order:
        """The order. INVALID_FIELD for one that is not offered."""
        name, _, direction = " ".join(order_by.split()).partition(" ")
        if name not in self._columns or direction not in {"", "asc", "desc"}:
            offered = ", ".join(self._columns)
            raise invalid_field(
                "order_by", f"{order_by!r} is none of {offered}, with or without desc"
            )
        return Order(self._columns[name], direction == "desc")


def values_of(name: str, key: Sequence[Any] | None) -> dict[str, Any]:
    """What comes into a query for a key."""
    return {f"{name}{place}": value for place, value in enumerate(key or ())}


def page_size(told: int) -> int:
    """How many rows a page has."""
    return min(told, LARGEST_SIZE) if told else DEFAULT_SIZE


def fingerprint(request: Message, *scope: str | None) -> bytes:
    """What tells one list from another: all that is asked for but the page, and in whose sight."""
    wanted: Any = type(request)()
    wanted.CopyFrom(request)
    wanted.ClearField("page_size")
    wanted.ClearField("page_token")
    asked: bytes = wanted.SerializeToString(deterministic=True)
    return asked + repr((type(request).__name__, *scope)).encode()


def to_token(key: Sequence[Any], asked: bytes) -> str:
    """The token of the page behind the key."""
    values = json.dumps(list(key), separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(_check(values, asked) + values).decode().rstrip("=")


def from_token(token: str, asked: bytes) -> list[Any] | None:
    """The key that the page begins behind; None for the first page. BAD_PAGE_TOKEN if the token
    was not made for what is asked, or is damaged."""
    if not token:
        return None
    try:
        whole = base64.b64decode(token + "=" * (-len(token) % 4), altchars="-_", validate=True)
    except (binascii.Error, ValueError):
        raise _bad_token() from None
    check, values = whole[:_CHECK_BYTES], whole[_CHECK_BYTES:]
    if check != _check(values, asked):
        raise _bad_token()
    key: list[Any] = json.loads(values)
    return key


def _check(values: bytes, asked: bytes) -> bytes:
    return hashlib.blake2b(values + b"\0" + asked, digest_size=_CHECK_BYTES).digest()


def _bad_token() -> RefusedError:
    problem = "was not made for this list, or is damaged"
    return RefusedError(
        Outcome.INVALID_ARGUMENT,
        "BAD_PAGE_TOKEN",
        f"page_token: {problem}",
        {},
        {"page_token": problem},
    )
