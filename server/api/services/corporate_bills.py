"""Companies' bills: read only."""

from collections.abc import AsyncIterator, Iterator
from typing import Any
from zoneinfo import ZoneInfo

from google.api.httpbody_pb2 import HttpBody

from ampline.v1 import corporate_bill_pb2 as pb
from ampline.v1.corporate_bill_pb2_grpc import CorporateBillServiceServicer
from ampline.v1.transaction_pb2 import Transaction
from server.api import csv_pages
from server.api.csv_pages import amount, kwh, local_time, text
from server.api.lanes import Call, reading, streaming
from server.api.listing import Listing
from server.api.services.partners import partners
from server.api.shown import Shown
from server.resources.corporate_bills import LINES, MAPPING
from server.resources.tariff_terms import money
from server.store.models import CorporateBill, CorporateBillLine
from server.store.reads import ReadPool, Rows
from server.store.statements import Statement, param

bills = Shown(
    MAPPING,
    pb.ListCorporateBillsRequest,
    pb.ListCorporateBillsResponse,
    orders=("month desc",),
    own_orders={"month": ("month_number", "currency")},
    parent=CorporateBill.partner,
)
_lines = Listing(
    LINES,
    pb.ListCorporateBillLinesRequest.DESCRIPTOR,
    pb.ListCorporateBillLinesResponse,
    orders=("number",),
    own_orders={"number": ("number",)},
    parent=CorporateBillLine.corporate_bill,
)
_PAGE = Statement(
    LINES.query()
    .select_extend(CorporateBillLine.number)
    .where(CorporateBillLine.corporate_bill == param("bill"))
    .where(CorporateBillLine.number > param("after"))
    .order_by(CorporateBillLine.number)
    .limit(param("most"))
)
_AMOUNTS = ("net", "tax", "total")
_HEADER = (
    *("line", "kind", "booked", "purchase", "purchased_resource", "user", "location"),
    *("stop_time", "energy_kwh", "currency", *_AMOUNTS, "transaction"),
)


class CorporateBillService(CorporateBillServiceServicer):
    """Shows what companies are to pay."""

    GetCorporateBill = bills.get

    def __init__(self, reads: ReadPool) -> None:
        self._reads = reads

    @reading
    def ListCorporateBills(self, request: Any, call: Call, rows: Rows) -> bytes:
        """A page of a partner's bills, the latest month first."""
        partners.find(rows, request.parent, call.caller)
        return bills.listing.page(request, rows, None, request.parent)

    @reading
    def ListCorporateBillLines(self, request: Any, call: Call, rows: Rows) -> bytes:
        """A page of a bill's lines."""
        bills.find(rows, request.parent, call.caller)
        return _lines.page(request, rows, None, request.parent)

    @streaming
    async def ExportCorporateBill(self, request: Any, call: Call) -> AsyncIterator[HttpBody]:
        """A bill's lines as CSV, piece by piece."""
        name: str = request.name
        bill = await self._reads.look_up(lambda rows: bills.message(rows, name, call.caller))
        zone = ZoneInfo(bill.time_zone)

        def cells(row: Any) -> Iterator[str]:
            return _cells(LINES.to_message(row), zone)

        async for piece in csv_pages.pieces(self._reads, _PAGE, _HEADER, cells, bill=name):
            yield piece


def _cells(line: pb.CorporateBillLine, zone: ZoneInfo) -> Iterator[str]:
    yield line.name.rpartition("/")[2]
    yield pb.CorporateBillLine.Kind.Name(line.kind)
    yield local_time(line.create_time, zone)
    yield Transaction.Purchase.Name(line.purchase)
    yield from map(text, (line.purchased_resource, line.user, line.location))
    ended = line.HasField("stop_time")
    yield local_time(line.stop_time, zone) if ended else ""
    yield kwh(line.energy_wh) if ended else ""
    yield line.total.currency_code
    for name in _AMOUNTS:
        told = money(getattr(line, name))
        yield amount(told) if told is not None else ""
    yield line.transaction
