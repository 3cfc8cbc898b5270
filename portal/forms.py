"""Forms whose controls are named by the API's own field paths.

A control is called, say, `address.postal_code` or `elements[2].restrictions.start_time`; so what
the API finds wrong stands beside the very control, and what was typed is kept.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import g
from google.protobuf.duration_pb2 import Duration
from google.protobuf.message import Message
from google.protobuf.timestamp_pb2 import Timestamp
from google.type.money_pb2 import Money as MoneyMessage

from ampline import AmplineError, DeadlineExceeded, Unauthenticated, Unavailable
from portal.complaints import complaint_words
from portal.kinds import TOO_LARGE, Flag, Kind, Several, Texts
from portal.message_paths import clear, found, put, rows_of
from portal.refusals import refusal

ROW = re.compile(r"^(?P<rows>[\w.]+)\[(?P<index>\d+)\]\.(?P<rest>.+)$")
BATCH = re.compile(r"^requests\[\d+\]\.")
# A row's place in the resource as it was read: what the form does not show of the row is kept.
ORIGIN = "_origin"
MOST_ROWS = 200
# Reasons, and none, of failures after which nobody knows whether what was asked for was done.
UNANSWERED = ("", "DATABASE_UNAVAILABLE")


@dataclass(frozen=True)
class Field:
    """A control for the value at `path` of a message."""

    path: str
    label: str
    kind: Kind
    help: str = ""
    required: bool = False
    unit: str = ""
    placeholder: str = ""
    assumed: str = ""
    """What an absent value means, as the control shows it."""
    wide: bool = False


@dataclass(frozen=True)
class Rows:
    """A table of rows for a repeated field."""

    path: str
    fields: tuple[Field, ...]
    title: str = ""
    """What the rows are, where the form shows them by itself."""
    begins_empty: bool = False
    """Whether a form for something new shows none at first."""


@dataclass(frozen=True)
class Control:
    """A field as it stands in a form: its name there, its text, its fault."""

    field: Field
    name: str
    text: str
    error: str

    @property
    def id(self) -> str:
        return re.sub(r"\W+", "-", self.name)


class Unreadable(Exception):
    """Something was typed that no message can hold; the form says where."""


class Form:
    """What was typed, or stands in a resource, with the faults that were found."""

    def __init__(self, fields: Iterable[Field], rows: Iterable[Rows] = ()) -> None:
        self.fields = {field.path: field for field in fields}
        self.rows = {table.path: table for table in rows}
        self.texts: dict[str, str] = {}
        self.errors: dict[str, str] = {}
        self.problem = ""

    def filled_from(self, message: Message) -> "Form":
        """Shows what stands in a message; fields that are not of it keep what they have."""
        for field in self.fields.values():
            if field.path.split(".")[0] not in message.DESCRIPTOR.fields_by_name:
                continue
            self.texts[field.path] = shown(message, field.path, field)
        for table in self.rows.values():
            for index, row in enumerate(found(message, table.path) or ()):
                self._show_row(table, index, row)
        return self

    def _show_row(self, table: Rows, index: int, row: Message) -> None:
        place = f"{table.path}[{index}]."
        self.texts[place + ORIGIN] = str(index)
        for field in table.fields:
            self.texts[place + field.path] = shown(row, field.path, field)

    def submitted(self, posted: Mapping[str, Sequence[str]]) -> "Form":
        """Keeps what was typed; `posted` gives the texts of each control."""
        for name, texts in posted.items():
            field, text = self._field_of(name), " ".join(texts)
            if field or name.endswith(f".{ORIGIN}"):
                is_secret = field is not None and field.kind.control == "password"
                self.texts[name] = text if is_secret else text.strip()
        return self

    def control(self, name: str) -> Control:
        """The control called `name`, for the templates."""
        field = self._field_of(name)
        if field is None:
            raise KeyError(name)
        return Control(field, name, self.texts.get(name, field.assumed), self.errors.get(name, ""))

    def _field_of(self, name: str) -> Field | None:
        row = ROW.match(name)
        if row is None:
            return self.fields.get(name)
        table = self.rows.get(row["rows"])
        fields = table.fields if table else ()
        return next((field for field in fields if field.path == row["rest"]), None)

    def row_count(self, table: str) -> int:
        """How many rows a table has."""
        places = [
            int(row["index"]) for row in map(ROW.match, self.texts) if row and row["rows"] == table
        ]
        return min(max(places, default=-1) + 1, MOST_ROWS)

    def edit_rows(self, command: str) -> None:
        """Obeys a button: `add elements`, and `remove`, `up` or `down`, as in `up elements 2`."""
        verb, table, *place = command.split()
        rows = [self._row_texts(table, index) for index in range(self.row_count(table))]
        index = int(place[0]) if place else len(rows)
        other = {"up": index - 1, "down": index + 1}.get(verb, index)
        if verb == "add":
            rows.append({field.path: field.assumed for field in self.rows[table].fields})
        elif verb == "remove" and index < len(rows):
            del rows[index]
        elif 0 <= other < len(rows):
            rows[index], rows[other] = rows[other], rows[index]
        self._replace_rows(table, rows)

    def _row_texts(self, table: str, index: int) -> dict[str, str]:
        place = f"{table}[{index}]."
        return {
            name[len(place) :]: text for name, text in self.texts.items() if name.startswith(place)
        }

    def _replace_rows(self, table: str, rows: list[dict[str, str]]) -> None:
        self.texts = {
            name: text for name, text in self.texts.items() if not name.startswith(f"{table}[")
        }
        for index, row in enumerate(rows):
            self.texts |= {f"{table}[{index}].{path}": text for path, text in row.items()}

    def into(
        self, message: Message, paths: Iterable[str] | None = None, currency: str = ""
    ) -> list[str]:
        """Writes what was typed into `message`, at the `paths` alone if they are given; notes what
        cannot be read. Amounts of money are in `currency`.

        Returns the top-level fields that were written: the update mask.
        """
        originals = {path: list(found(message, path) or ()) for path in self.rows}
        before = copied(message)
        fields = [self.fields[path] for path in (self.fields if paths is None else paths)]
        unshown = [(field, unshown_of(message, field)) for field in fields]
        for field in fields:
            clear(message, field.path)
        for field in fields:
            self._write(message, before, field, field.path, currency)
        for field, texts in unshown:
            if texts:
                rows_of(message, field.path).extend(texts)
        self._prune(message, fields, "")
        for table in self.rows.values():
            self._write_rows(message, table, originals[table.path], currency)
        covered = [*(field.path for field in fields), *self.rows]
        return sorted({path.split(".")[0] for path in covered})

    def _write_rows(
        self, message: Message, table: Rows, originals: list[Message], currency: str
    ) -> None:
        clear(message, table.path)
        for index in range(self.row_count(table.path)):
            place = f"{table.path}[{index}]."
            row = rows_of(message, table.path).add()
            origin = self.texts.get(place + ORIGIN, "")
            if origin.isdigit() and int(origin) < len(originals):
                row.CopyFrom(originals[int(origin)])
            before = copied(row)
            for field in table.fields:
                clear(row, field.path)
            for field in table.fields:
                self._write(row, before, field, place + field.path, currency)
            self._prune(row, table.fields, place)

    def _prune(self, message: Message, fields: Iterable[Field], place: str) -> None:
        """Takes out messages of which nothing is left, unless zeros were typed."""
        typed = {field.path for field in fields if self.texts.get(place + field.path)}
        for parent in {field.path.rpartition(".")[0] for field in fields} - {"", *typed}:
            value = found(message, parent)
            is_empty = value is not None and not value.ByteSize()
            if is_empty and not any(path.startswith(f"{parent}.") for path in typed):
                clear(message, parent)

    def _write(
        self, message: Message, before: Message, field: Field, name: str, currency: str
    ) -> None:
        text = self.texts.get(name, "")
        if not text and not isinstance(field.kind, Flag | Several):
            return
        try:
            value = untouched(before, field, text) or field.kind.read(text)
        except ValueError as fault:
            self.errors[name] = str(fault)
            return
        if isinstance(value, MoneyMessage):
            value.currency_code = currency
        if value != []:
            self._put(message, field.path, value, name)

    def _put(self, message: Message, path: str, value: object, name: str) -> None:
        try:
            put(message, path, value)
        except ValueError:  # a number with more digits than the field has
            self.errors[name] = TOO_LARGE

    def must_be_readable(self) -> None:
        """Raises Unreadable if something that was typed could not be read."""
        if self.errors:
            raise Unreadable

    def refused(self, error: AmplineError, noun: str) -> None:
        """Puts the API's complaints to the controls that they are about; `noun` is the resource's
        field in the request, such as `charge_point`."""
        if isinstance(error, Unauthenticated):
            raise error
        keep_id_if_unanswered(error)
        told = ((own_path(path, noun), text) for path, text in complaints(error))
        strays = [f"{path}: {text}" for path, text in told if not self._complain(path, text)]
        if strays or not self.errors:
            self.problem = ". ".join(strays) or refusal(error)

    def _complain(self, path: str, text: str) -> bool:
        name = self._nearest(path)
        if name:
            self.errors.setdefault(name, text)
        return bool(name)

    def _nearest(self, path: str) -> str:
        """The control at the path, above it, or the first below it."""
        above = path
        while above:
            if self._field_of(above):
                return above
            above = above.rpartition(".")[0]
        names = [*self.fields, *self.texts]
        return next((name for name in names if name.startswith((f"{path}.", f"{path}["))), "")

    @property
    def is_sound(self) -> bool:
        return not (self.errors or self.problem)


def keep_id_if_unanswered(error: AmplineError) -> None:
    """Has the form that is shown again keep its id, if nobody knows whether it was obeyed."""
    if isinstance(error, Unavailable | DeadlineExceeded) and error.reason in UNANSWERED:
        g.is_unsure = True


def complaints(error: AmplineError) -> Iterator[tuple[str, str]]:
    """The faulty fields of an error, also of those that name theirs in the metadata."""
    for fault in error.field_violations:
        yield fault.field, complaint_words(fault.description)
    if not error.field_violations and "field" in error.metadata:
        yield error.metadata["field"], complaint_words(error.message)


def own_path(path: str, noun: str) -> str:
    """A path as the form knows it: without the row of a batch, all of whose rows are this form's,
    and without the resource's field."""
    return BATCH.sub("", path).removeprefix(f"{noun}.")


def shown(message: Message, path: str, field: Field) -> str:
    value = found(message, path)
    return field.assumed if value is None or value == [] else field.kind.show(value)


def copied(message: Message) -> Message:
    copy = type(message)()
    copy.CopyFrom(message)
    return copy


def untouched(before: Message, field: Field, text: str) -> Any:
    """The value that the text still shows, where a text shows less of it than there is: a time has
    seconds, a coordinate more digits. None if it was changed, or is of another kind."""
    value = found(before, field.path)
    is_finer = isinstance(value, Timestamp | Duration | float)
    return value if is_finer and field.kind.show(value) == text else None


def unshown_of(message: Message, field: Field) -> list[Message]:
    """The texts in other languages than the one that the form shows: they stay as they are."""
    if not isinstance(field.kind, Texts):
        return []
    return [*field.kind.others(found(message, field.path) or ())]
