"""A CSV file as requests that create resources: read whole, with every fault by row and column."""

import csv
from dataclasses import dataclass, field
from typing import Any

from google.protobuf.descriptor import Descriptor

from portal.language import _
from portal.sheets.columns import Column, columns_of
from portal.sheets.exported import BYTE_ORDER_MARK, plain

MOST_ROWS = 1_000
"""As many as one call creates: all of a file, or nothing."""
MOST_FAULTS = 100
ID, NAME = "id", "name"


@dataclass(frozen=True)
class Fault:
    """What is wrong with a cell. `row` as a spreadsheet counts, with the headings as the first."""

    row: int
    column: str
    text: str
    reason: str


@dataclass
class Sheet:
    """What was read: a Create request of each row."""

    headings: list[str] = field(default_factory=list)
    rows: list[list[str]] = field(default_factory=list)
    numbers: list[int] = field(default_factory=list)
    """Of the rows, as a spreadsheet counts: those that are empty count, too."""
    requests: list[Any] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    passed_over: list[str] = field(default_factory=list)
    """Columns that only the server fills."""

    def fault(self, row: int, column: str, text: str, reason: str) -> None:
        if len(self.faults) < MOST_FAULTS:
            self.faults.append(Fault(row, column, text, reason))

    def cell(self, row: int, column: str) -> str:
        """The text in a row, as a spreadsheet counts; empty where there is no such column."""
        if column not in self.headings or row not in self.numbers:
            return ""
        return self.rows[self.numbers.index(row)][self.headings.index(column)]


def writable(resource: Descriptor) -> list[Column]:
    """The columns that one may fill."""
    return [each for each in columns_of(resource) if not each.computed and each.path != NAME]


def read(text: str, request: type[Any], noun: str) -> Sheet:
    """Reads a file. `request` is the Create request, `noun` its field for the resource."""
    sheet = Sheet()
    lines = _lines(text, sheet)
    if not lines:
        return sheet
    resource = request.DESCRIPTOR.fields_by_name[noun].message_type
    known = {each.path: each for each in columns_of(resource)}
    sheet.headings = [heading.strip() for heading in lines[0][1]]
    for heading in sheet.headings:
        if heading not in known and heading != ID:
            sheet.fault(lines[0][0], heading, heading, _("There is no such column."))
    sheet.passed_over = [each for each in sheet.headings if each in known and known[each].computed]
    for number, cells in lines[1:]:
        if len(cells) > len(sheet.headings):
            sheet.fault(number, "", ", ".join(cells), _("More cells than there are headings."))
        row = [plain(cell.strip()) for cell in cells[: len(sheet.headings)]]
        row += [""] * (len(sheet.headings) - len(row))
        sheet.rows.append(row)
        sheet.numbers.append(number)
        sheet.requests.append(_request(sheet, number, row, known, request, noun))
    return sheet


def _lines(text: str, sheet: Sheet) -> list[tuple[int, list[str]]]:
    """What stands in the lines that are not empty, with their numbers."""
    text = text.removeprefix(BYTE_ORDER_MARK)
    first = text.partition("\n")[0]
    separator = max(",;\t", key=first.count)
    try:
        rows = csv.reader(text.splitlines(keepends=True), delimiter=separator, strict=True)
        lines = [(number, cells) for number, cells in enumerate(rows, 1) if any(cells)]
    except csv.Error as fault:
        sheet.fault(1, "", "", str(fault))
        return []
    if len(lines) < 2:
        sheet.fault(1, "", "", _("A line of headings and at least one row, please."))
        return []
    if len(lines) > MOST_ROWS + 1:
        told = _("At most %(most)s rows at once, please.", most=MOST_ROWS)
        sheet.fault(MOST_ROWS + 2, "", "", told)
        return []
    return lines


def _request(
    sheet: Sheet, number: int, row: list[str], known: dict[str, Column], request: Any, noun: str
) -> Any:
    """The request of one row; what cannot be read is noted."""
    made = request()
    resource = getattr(made, noun)
    resource.SetInParent()
    for heading, text in zip(sheet.headings, row, strict=True):
        if not text:
            continue
        if heading in (ID, NAME):
            setattr(made, f"{noun}_id", text.rpartition("/")[2])
            continue
        column = known.get(heading)
        if column is None or column.computed:
            continue
        try:
            column.read(resource, text)
        except ValueError as fault:
            sheet.fault(number, heading, text, str(fault))
    return made
