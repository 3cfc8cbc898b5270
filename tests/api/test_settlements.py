"""Months are settled with partners, over the API."""

import csv
import io
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any, NamedTuple
from uuid import uuid4

import grpc
from google.type.date_pb2 import Date

from ampline.v1 import partner_pb2
from ampline.v1 import settlement_pb2 as pb
from ampline.v1.event_pb2 import ListEventsRequest
from server.domain.access import Role
from server.domain.money import Money
from server.domain.months import Month
from server.resources.tariff_terms import money
from server.store.clock import to_us
from server.work.money import earnings, settlements
from tests.api.client import Client, refused
from tests.api.conftest import Api
from tests.api.samples import PARTNERS
from tests.domain.pricing_terms import eur

PRECONDITION = grpc.StatusCode.FAILED_PRECONDITION


class Sold(NamedTuple):
    """A session that has ended."""

    name: str
    partner: str | None
    stop_time: int | None
    energy_wh: int = 20_000
    location: str | None = "locations/pier"
    charge_point: str = "chargePoints/1"


async def bill(
    api: Api, sold: Iterable[Sold], net: Money, cost: Money | None = None, *, is_dc: bool = False
) -> None:
    """Each is billed so much, and 21 % on it; or is billed anew."""
    tax = Money(net.currency, net.nanos * 21 // 100)

    def keep(unit: Any) -> None:
        for each in sold:
            earnings.keep(unit, each, net, tax, cost, is_dc=is_dc)

    await api.lane.write(keep)


def at(day: str) -> int:
    return to_us(datetime.fromisoformat(day).replace(tzinfo=UTC))


def session(partner: str, day: str, **columns: Any) -> Sold:
    return Sold(f"sessions/{uuid4()}", partner, at(day), **columns)


async def a_partner(client: Client, time_zone: str = "Europe/Amsterdam") -> str:
    """It gets 60 % at AC and 40 % at DC EVSEs, without 0.25 a session and 2 a month."""
    partner = await PARTNERS.build(client)
    partner.time_zone = time_zone
    partner.contract.Clear()
    partner.contract.currency = "EUR"
    partner.contract.ac_revenue_share_percent.value = "60"
    partner.contract.dc_revenue_share_percent.value = "40"
    for fee, amount in (("fee_per_session", (0, 250_000_000)), ("fee_per_month", (2, 0))):
        told = getattr(partner.contract, fee)
        told.currency_code, (told.units, told.nanos) = "EUR", amount
    made = await PARTNERS.create(client, partner)
    return str(made.name)


async def settle(client: Client, partner: str, month: int) -> list[pb.Settlement]:
    request = pb.SettlePartnerRequest(
        name=partner, month=Date(year=2026, month=month), request_id=str(uuid4())
    )
    answer = await client.settlements.SettlePartner(request)
    assert await client.settlements.SettlePartner(request) == answer
    return list(answer.settlements)


async def lines_of(client: Client, settlement: str) -> list[pb.SettlementLine]:
    found: list[pb.SettlementLine] = []
    request = pb.ListSettlementLinesRequest(parent=settlement, page_size=400)
    while True:
        page = await client.settlements.ListSettlementLines(request)
        found += page.settlement_lines
        request.page_token = page.next_page_token
        if not request.page_token:
            return found


def amounts(figures: pb.SettlementFigures, *names: str) -> list[Money | None]:
    return [money(getattr(figures, name)) for name in names]


async def test_what_comes_late_is_a_line_of_the_next_report(api: Api, client: Client) -> None:
    partner = await a_partner(client)
    early = session(partner, "2026-06-30T22:00")  # is July there
    fast = session(partner, "2026-07-20T12:00", charge_point="chargePoints/2", energy_wh=50_000)
    await bill(api, [early], eur(10), eur("3.33"))
    await bill(api, [fast], eur(30), is_dc=True)
    await bill(api, [session(partner, "2026-07-31T22:00")], eur(7))  # is August there
    (july,) = await settle(client, partner, 7)
    assert (july.name, july.state) == (f"{partner}/settlements/2026-07-EUR", pb.Settlement.ISSUED)
    assert (july.line_count, july.figures.session_count, july.figures.energy_wh) == (3, 2, 70_000)
    assert amounts(july.figures, "gross", "net", "tax") == [eur("48.40"), eur(40), eur("8.40")]
    shared = ("revenue_share", "session_fees", "month_fee", "partner_share", "operator_share")
    expected = [eur(18), eur("0.50"), eur(2), eur("15.50"), eur("24.50")]
    assert amounts(july.figures, *shared) == expected
    assert amounts(july.figures, "electricity_cost") == [eur("3.33")]

    await bill(api, [early], eur(8), eur("3.00"))  # corrected: 2 less, and electricity too
    await bill(api, [session(partner, "2026-07-02T12:00")], eur(5))
    patch = partner_pb2.Partner(name=partner)
    patch.contract.currency = "EUR"
    patch.contract.ac_revenue_share_percent.value = "10"
    await PARTNERS.update(client, patch)
    (august,) = await settle(client, partner, 8)
    told = [
        (pb.SettlementLine.Kind.Name(line.kind), *amounts(line.figures, "net", "revenue_share"))
        for line in await lines_of(client, august.name)
    ]
    assert told == [  # by the contract of July, what is of July
        ("CORRECTION", eur(-2), eur("-1.20")),
        ("LATE_SESSION", eur(5), eur(3)),
        ("SESSION", eur(7), eur("0.70")),
    ]
    assert (august.figures.session_count, august.figures.energy_wh) == (2, 40_000)
    assert amounts(august.figures, "electricity_cost") == [eur("-0.33")]
    again = await client.settlements.GetSettlement(pb.GetSettlementRequest(name=july.name))
    assert again == july
    page = await client.settlements.ListSettlements(pb.ListSettlementsRequest(parent=partner))
    assert list(page.settlements) == [august, july]
    events = await client.events.ListEvents(ListEventsRequest(types=["settlement.*"]))
    created = [event.resource_changed.settlement for event in events.events]
    assert created == [july, august]


async def test_many_lines_add_up_place_by_place(api: Api, client: Client) -> None:
    partner = await a_partner(client)
    places = [
        {"location": f"locations/{number % 3}", "charge_point": f"chargePoints/{number % 7}"}
        for number in range(1203)
    ]
    sold = [session(partner, "2026-07-20T12:00", **place) for place in places]
    await bill(api, sold, eur("0.37"))
    await bill(api, [session(partner, "2026-07-21T12:00")], Money.of("SEK", 50))
    euros, kronor = await settle(client, partner, 7)
    assert (euros.currency, kronor.currency) == ("EUR", "SEK")
    assert amounts(kronor.figures, "partner_share") == [Money.of("SEK", 0)]
    lines = await lines_of(client, euros.name)
    assert len(lines) == euros.line_count == 1204
    assert [line.name.rpartition("/")[2] for line in lines[:2]] == ["1", "2"]
    request = pb.ListSettlementSubtotalsRequest(parent=euros.name)
    subtotals = (await client.settlements.ListSettlementSubtotals(request)).settlement_subtotals
    kinds = pb.SettlementSubtotal
    for kind, count in ((kinds.LOCATION, 3), (kinds.CHARGE_POINT, 21), (kinds.MONTH, 1)):
        assert sum(each.kind == kind for each in subtotals) == count
    names = ("gross", "net", "tax", "revenue_share", "partner_share", "operator_share")
    for name in names:
        whole = amounts(euros.figures, name)[0]
        assert whole is not None
        assert sum_of(lines, name) == whole
        at_locations = [each for each in subtotals if each.kind != kinds.CHARGE_POINT]
        at_charge_points = [each for each in subtotals if each.kind != kinds.LOCATION]
        assert sum_of(at_locations, name) == sum_of(at_charge_points, name) == whole
    assert amounts(euros.figures, "revenue_share") == [eur("267.07")]  # 60 % of 445.11
    text = await export(client, euros.name)
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [row["line"] for row in rows] == [str(number) for number in range(1, 1205)]
    assert rows[0]["stop_time"] == "2026-07-20T14:00:00+02:00"
    assert (rows[0]["energy_kwh"], rows[0]["gross"], rows[-1]["month_fee"]) == (
        "20.000",
        "0.45",
        "2.00",
    )
    paid = sum(Money.of("EUR", row["partner_share"]).nanos for row in rows)
    assert Money("EUR", paid) == amounts(euros.figures, "partner_share")[0]


def sum_of(parts: Iterable[Any], name: str) -> Money:
    return Money(
        "EUR", sum(each.nanos for part in parts for each in amounts(part.figures, name) if each)
    )


async def export(client: Client, name: str) -> str:
    pieces = client.settlements.ExportSettlement(pb.ExportSettlementRequest(name=name))
    found = [piece async for piece in pieces]
    assert {piece.content_type for piece in found} == {"text/csv; charset=utf-8"}
    return b"".join(piece.data for piece in found).decode()


async def test_months_that_cannot_be_settled(api: Api, client: Client) -> None:
    partner = await a_partner(client)
    await bill(api, [session(partner, "2026-05-20T12:00")], eur(10))
    month = Date(year=2400, month=1)
    request = pb.SettlePartnerRequest(name=partner, month=month)
    refusal = await refused(client.settlements.SettlePartner(request))
    assert (refusal.code, refusal.reason) == (PRECONDITION, "MONTH_NOT_OVER")
    assert refusal.metadata == {"month": "2400-01", "time_zone": "Europe/Amsterdam"}
    for wrong in (Date(year=2026), Date(year=2026, month=13), Date(year=2026, month=5, day=2)):
        request = pb.SettlePartnerRequest(name=partner, month=wrong)
        refusal = await refused(client.settlements.SettlePartner(request))
        assert list(refusal.fields) == ["month"]
    request = pb.SettlePartnerRequest(name=partner, month=Date(year=2026, month=6))
    refusal = await refused(client.settlements.SettlePartner(request))
    assert (refusal.reason, refusal.metadata["month"]) == ("MONTH_OUT_OF_TURN", "2026-05")
    (may,) = await settle(client, partner, 5)
    again = pb.SettlePartnerRequest(name=partner, month=Date(year=2026, month=5))
    refusal = await refused(client.settlements.SettlePartner(again))
    assert (refusal.reason, refusal.metadata["month"]) == ("MONTH_SETTLED", "2026-06")
    (june,) = await settle(client, partner, 6)  # nothing but its fee
    assert (june.line_count, june.figures.session_count) == (1, 0)
    assert amounts(june.figures, "partner_share", "operator_share") == [eur(-2), eur(2)]
    refusal = await refused(PARTNERS.delete(client, partner))
    assert refusal.reason == "RESOURCE_IN_USE"
    assert may.name in refusal.metadata["referrers"]


async def test_what_was_cut_off_goes_on(api: Api, client: Client) -> None:
    partner = await a_partner(client)
    await bill(api, [session(partner, "2026-07-20T12:00") for _ in range(501)], eur(1))
    month = Month(2026, 7)

    def cut_off(unit: Any) -> None:
        settlements.begin(unit, partner, month, "EUR")
        settlements.go_on(unit, partner, month)

    await api.lane.write(cut_off)
    half = await client.settlements.GetSettlement(
        pb.GetSettlementRequest(name=f"{partner}/settlements/2026-07-EUR")
    )
    assert (half.state, half.line_count) == (pb.Settlement.PREPARING, 500)
    (whole,) = await settle(client, partner, 7)
    assert (whole.state, whole.figures.session_count) == (pb.Settlement.ISSUED, 501)
    assert amounts(whole.figures, "net", "revenue_share") == [eur(501), eur("300.60")]


async def test_a_partner_reads_its_own_and_settles_nothing(api: Api, client: Client) -> None:
    partner, other = await a_partner(client), await a_partner(client)
    await bill(api, [session(partner, "2026-07-20T12:00")], eur(10))
    (july,) = await settle(client, partner, 7)
    own = api.client(await api.key_of(Role.PARTNER_VIEWER, partner))
    foreign = api.client(await api.key_of(Role.PARTNER_VIEWER, other))
    assert len(await lines_of(own, july.name)) == 2
    assert (await export(own, july.name)).startswith("line,kind,session,")
    request = pb.SettlePartnerRequest(name=partner, month=Date(year=2026, month=8))
    refusal = await refused(own.settlements.SettlePartner(request))
    assert refusal.code is grpc.StatusCode.PERMISSION_DENIED
    for call in (
        foreign.settlements.GetSettlement(pb.GetSettlementRequest(name=july.name)),
        foreign.settlements.ListSettlements(pb.ListSettlementsRequest(parent=partner)),
        lines_of(foreign, july.name),
        export(foreign, july.name),
    ):
        assert (await refused(call)).code is grpc.StatusCode.NOT_FOUND
    await own.close()
    await foreign.close()
