"""A list as a CSV file: all that its filters let through, page by page as it is read."""

import csv
import io
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

from flask import stream_with_context
from google.protobuf.descriptor import MethodDescriptor
from google.protobuf.message import Message
from werkzeug.wrappers import Response

from portal.auth import api
from portal.methods import method_taking
from portal.sheets.columns import Column, as_json, columns_of

PAGE = 1_000
BYTE_ORDER_MARK = "\N{ZERO WIDTH NO-BREAK SPACE}"
"""Without it spreadsheets take UTF-8 for something else."""
TEXT = "'"
"""What says to a spreadsheet that a text follows."""
FORMULA = ("=", "+", "-", "@", "\t", "\r", TEXT)
"""A cell that begins so is a formula to a spreadsheet, or was one: nobody's text may become one."""


def exported(listing: Any) -> Response:
    """Everything that a List request finds, as a download."""
    method = method_taking(listing.DESCRIPTOR)
    pages = _pages(listing, method)
    first = next(pages)  # what the API refuses is refused before the file begins
    items = method.output_type.fields[0]
    columns = columns_of(items.message_type)

    def lines() -> Iterator[str]:
        yield BYTE_ORDER_MARK + line(column.path for column in columns)
        yield from _rows(first, items.name, columns)
        for page in pages:
            yield from _rows(page, items.name, columns)

    name = f"{items.name.replace('_', '-')}-{datetime.now(UTC):%Y-%m-%d}.csv"
    return Response(
        stream_with_context(lines()),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def line(cells: Iterable[str]) -> str:
    """One line of the file."""
    written = io.StringIO()
    csv.writer(written).writerow(cells)
    return written.getvalue()


def _rows(page: Message, items: str, columns: tuple[Column, ...]) -> Iterator[str]:
    for resource in getattr(page, items):
        values = as_json(resource)
        yield line(_safe(column, column.cell(values)) for column in columns)


def _safe(column: Column, cell: str) -> str:
    return f"{TEXT}{cell}" if column.is_text and cell.startswith(FORMULA) else cell


def plain(cell: str) -> str:
    """A cell as it was before it was made safe."""
    return cell[1:] if cell[:1] == TEXT and cell[1:].startswith(FORMULA) else cell


def _pages(listing: Any, method: MethodDescriptor) -> Iterator[Any]:
    asked = type(listing)()
    asked.CopyFrom(listing)
    asked.page_size, asked.page_token = PAGE, ""
    platform = api()
    while True:
        page = platform.ask(method, asked)
        yield page
        if not page.next_page_token:
            return
        asked.page_token = page.next_page_token
