"""A resource on its way into its table or out of it, and what is particular about its kind."""

from collections.abc import Callable
from collections.abc import Mapping as Map
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from google.protobuf.message import Message
from peewee import Expression

from server.api.listing import Addition
from server.domain.access import Caller
from server.store.unit import Unit

M = TypeVar("M", bound=Message)


@dataclass(slots=True)
class Change(Generic[M]):
    """A resource on its way into the table, or out of it."""

    unit: Unit
    caller: Caller
    request: Any
    partner: str | None
    """Whose the resource is."""
    before: M | None
    """None if it is created."""
    after: M
    """What it is to be; of a deleted one: what it was."""
    changed: list[str] = field(default_factory=list)
    """The fields that change."""
    columns: dict[str, Any] = field(default_factory=dict)
    """Private columns to be written along."""
    reason: str = ""
    """What was said of the change."""
    answer_only: bytes = b""
    """The wire bytes of fields that only this answer has: a secret that is shown once."""


@dataclass(frozen=True, slots=True)
class Place:
    """What an event about a resource concerns besides it."""

    charge_point: str | None = None
    location: str | None = None


Hook = Callable[[Change[Any]], None]


@dataclass(frozen=True, slots=True)
class Particulars:
    """What is particular about a resource; all of it is left out where there is nothing.

    `faults` names what is wrong with `after` beyond the rules in the protos, by path. `prepare`
    may refuse a change, complete `after` and add `columns`, before anything is checked
    or written. `written` follows it up in the transaction. `removed` may refuse a deletion, and
    does what it brings along. `unique` are fields of which no two resources may have the same
    value, each with the columns that hold it. `new_name` names a new one; `place` says what its
    events concern. `visible` holds for every row that is shown; `shared` for those that partners
    see though they are not theirs (see `scopes`).
    """

    faults: Callable[[Any], Map[str, str]] | None = None
    prepare: Hook | None = None
    written: Hook | None = None
    removed: Hook | None = None
    unique: Map[str, tuple[str, ...]] = field(default_factory=dict)
    new_name: Callable[[Change[Any]], str] | None = None
    place: Callable[[Change[Any]], Place] | None = None
    visible: Expression | None = None
    shared: Expression | None = None
    addition: Addition | None = None
    stays: bool = False
    """Whether the row is kept when the resource is deleted: `removed` changes it."""


NOTHING_PARTICULAR = Particulars()
