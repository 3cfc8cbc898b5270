"""Months are settled with partners."""

from collections.abc import AsyncIterator, Iterator
from typing import Any
from zoneinfo import ZoneInfo

from google.api.httpbody_pb2 import HttpBody

from ampline.v1 import settlement_pb2 as pb
from ampline.v1.settlement_pb2_grpc import SettlementServiceServicer
from server.api import csv_pages
from server.api.csv_pages import amount, kwh, local_time, text
from server.api.lanes import Call, acting, reading, streaming
from server.api.listing import Listing
from server.api.month_told import month_told
from server.api.services.partners import partners
from server.api.shown import Shown
from server.resources.settlements import LINES, MAPPING, SUBTOTALS, figures_of
from server.store.lane import WriteLane
from server.store.models import Settlement, SettlementLine, SettlementSubtotal
from server.store.reads import ReadPool, Rows
from server.store.statements import Statement, param
from server.store.unit import Unit
from server.work.money import settlements as work
from server.work.rules import Rules

settlements = Shown(
    MAPPING,
    pb.ListSettlementsRequest,
    pb.ListSettlementsResponse,
    orders=("month desc",),
    own_orders={"month": ("month_number", "currency")},
    parent=Settlement.partner,
)
_lines = Listing(
    LINES,
    pb.ListSettlementLinesRequest.DESCRIPTOR,
    pb.ListSettlementLinesResponse,
    orders=("number",),
    own_orders={"number": ("number",)},
    parent=SettlementLine.settlement,
)
_subtotals = Listing(
    SUBTOTALS,
    pb.ListSettlementSubtotalsRequest.DESCRIPTOR,
    pb.ListSettlementSubtotalsResponse,
    orders=("place",),
    own_orders={"place": ("place",)},
    parent=SettlementSubtotal.settlement,
)
_PAGE = Statement(
    LINES.query()
    .select_extend(SettlementLine.number)
    .where(SettlementLine.settlement == param("settlement"))
    .where(SettlementLine.number > param("after"))
    .order_by(SettlementLine.number)
    .limit(param("most"))
)
_AMOUNTS = ("gross", "net", "tax", "revenue_share", "session_fees", "energy_fees", "month_fee")
_HEADER = (
    *("line", "kind", "session", "location", "charge_point", "stop_time", "session_count"),
    *("energy_kwh", "currency", *_AMOUNTS, "partner_share", "operator_share", "electricity_cost"),
)


class SettlementService(SettlementServiceServicer):
    """Settles months with partners, and shows the reports."""

    GetSettlement = settlements.get

    def __init__(self, lane: WriteLane, reads: ReadPool, rules: Rules) -> None:
        self._lane = lane
        self._reads = reads
        self._rules = rules

    @acting
    async def SettlePartner(self, request: Any, call: Call) -> pb.SettlePartnerResponse:
        """Issues the reports of a month, some lines at a time."""
        partner, month = request.name, month_told(request.month)

        def begin(unit: Unit) -> None:
            partners.find(unit, partner, call.caller)
            work.begin(unit, partner, month, self._rules.currency)

        await self._lane.write(begin)
        while await self._lane.write(lambda unit: work.go_on(unit, partner, month)):
            pass
        issued = await self._lane.write(lambda unit: work.of_month(unit, partner, month))
        return pb.SettlePartnerResponse(settlements=issued)

    @reading
    def ListSettlements(self, request: Any, call: Call, rows: Rows) -> bytes:
        """A page of a partner's reports, the latest month first."""
        partners.find(rows, request.parent, call.caller)
        return settlements.listing.page(request, rows, None, request.parent)

    @reading
    def ListSettlementSubtotals(self, request: Any, call: Call, rows: Rows) -> bytes:
        """A page of what a report comes to place by place."""
        settlements.find(rows, request.parent, call.caller)
        return _subtotals.page(request, rows, None, request.parent)

    @reading
    def ListSettlementLines(self, request: Any, call: Call, rows: Rows) -> bytes:
        """A page of a report's lines."""
        settlements.find(rows, request.parent, call.caller)
        return _lines.page(request, rows, None, request.parent)

    @streaming
    async def ExportSettlement(self, request: Any, call: Call) -> AsyncIterator[HttpBody]:
        """A report's lines as CSV, piece by piece."""
        name: str = request.name
        report = await self._reads.look_up(
            lambda rows: settlements.message(rows, name, call.caller)
        )
        zone = ZoneInfo(report.time_zone)

        def cells(row: Any) -> Iterator[str]:
            return _cells(LINES.to_message(row), zone)

        async for piece in csv_pages.pieces(self._reads, _PAGE, _HEADER, cells, settlement=name):
            yield piece


def _cells(line: pb.SettlementLine, zone: ZoneInfo) -> Iterator[str]:
    figures = figures_of(line.figures)
    shares, cost = figures.shares, figures.electricity_cost
    yield line.name.rpartition("/")[2]
    yield pb.SettlementLine.Kind.Name(line.kind)
    yield from map(text, (line.session, line.location, line.charge_point))
    yield local_time(line.stop_time, zone) if line.HasField("stop_time") else ""
    yield str(figures.session_count)
    yield kwh(figures.energy_wh)
    yield shares.revenue.currency
    yield from map(amount, (figures.gross, shares.revenue, figures.tax, shares.revenue_share))
    yield from map(amount, (shares.session_fees, shares.energy_fees, shares.month_fee))
    yield from map(amount, (shares.partner, shares.operator))
    yield amount(cost) if cost is not None else ""
