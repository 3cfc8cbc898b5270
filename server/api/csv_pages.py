"""Tables as CSV, in pieces: read by pages of keys, so that nothing large is held at once."""

import csv
import io
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from google.api.httpbody_pb2 import HttpBody
from google.protobuf.timestamp_pb2 import Timestamp

from server.domain.money import Money, minor_digits
from server.resources.tariff_terms import moment
from server.store.reads import ReadPool, Rows
from server.store.statements import Statement

AT_ONCE = 500
"""The most rows that are read at once, and make a piece."""
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


async def pieces(
    reads: ReadPool,
    statement: Statement,
    header: Sequence[str],
    cells: Callable[[Any], Iterable[str]],
    **values: Any,
) -> AsyncIterator[HttpBody]:
    """A header, and a line for each row of a statement, which gets the last row's `number` as
    `after` and how many rows are wanted as `most`; the number stands last in a row."""
    after = 0
    told: list[Iterable[str]] = [header]
    while True:

        def page(rows: Rows, after: int = after) -> list[Any]:
            return rows.all(statement, after=after, most=AT_ONCE, **values)

        found = await reads.look_up(page)
        told += [cells(row) for row in found]
        yield HttpBody(content_type="text/csv; charset=utf-8", data=_written(told))
        if len(found) < AT_ONCE:
            return
        after, told = found[-1][-1], []


def text(value: str) -> str:
    """Words, of which no spreadsheet makes a formula."""
    return f"'{value}" if value.startswith(_FORMULA) else value


def amount(money: Money) -> str:
    """In units of the currency, with as many decimals as its minor unit has: `12.50`."""
    return f"{money.amount:.{minor_digits(money.currency)}f}"


def kwh(energy_wh: int) -> str:
    """The energy, to the Wh: `12.345`."""
    sign, wh = "-" if energy_wh < 0 else "", abs(energy_wh)
    return f"{sign}{wh // 1000}.{wh % 1000:03}"


def local_time(time: Timestamp, zone: ZoneInfo) -> str:
    """The time there, to the second, with what the clock is ahead: `2026-07-01T12:00:00+02:00`."""
    return moment(time).astimezone(zone).isoformat(timespec="seconds")


def _written(rows: Iterable[Iterable[str]]) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    return out.getvalue().encode()
