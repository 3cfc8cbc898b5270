"""Receipts over the API: issued, listed, and given as documents in four languages."""

import io
import re
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import grpc
import pytest
from google.protobuf.json_format import ParseDict
from google.type.date_pb2 import Date
from pypdf import PdfReader

from ampline.v1 import receipt_pb2 as pb
from ampline.v1.event_pb2 import ListEventsRequest
from ampline.v1.session_pb2 import Session
from ampline.v1.user_pb2 import DeleteUserRequest
from server.api.receipts.page import page_of
from server.api.receipts.pdf import pdf_of
from server.api.receipts.sheet import WORDS, sheet_of
from server.domain.access import Role
from server.domain.months import Month
from server.resources.tariff_terms import money
from server.store.clock import now_us
from tests.api.client import Client, refused
from tests.api.conftest import Api
from tests.api.samples import PARTNERS, USERS
from tests.api.test_outside_payments import billed
from tests.domain.pricing_terms import eur

DOWNLOAD = pb.DownloadReceiptRequest


def euros(units: int, cents: int = 0) -> dict[str, Any]:
    return {"currencyCode": "EUR", "units": str(units), "nanos": cents * 10_000_000}


ENERGY = {"kind": "CONSUMPTION", "dimension": "ENERGY", "unit": "KWH"}
PRICE = {
    "lines": [
        {
            **ENERGY,
            "quantity": {"value": "23.456"},
            "unitPrice": {**euros(0), "nanos": 4_495_000_00},
            "net": euros(1000),
            "tax": euros(210),
            "total": euros(1210),
            "taxPercent": {"value": "21"},
        },
        {"kind": "MIN_PRICE", "net": euros(2), "tax": euros(0, 42), "total": euros(2, 42)},
    ],
    "net": euros(1002),
    "tax": euros(210, 42),
    "total": euros(1212, 42),
}


async def a_session(api: Api, user: str | None = None, **columns: Any) -> str:
    body = ParseDict({"price": PRICE}, Session()).SerializeToString()
    return await billed(api, 1212, user, price=body, payment_state=2, **columns)


async def issue(client: Client, **wanted: Any) -> pb.Receipt:
    request = pb.IssueReceiptRequest(request_id=str(uuid4()), **wanted)
    answer: pb.Receipt = await client.receipts.IssueReceipt(request)
    assert await client.receipts.IssueReceipt(request) == answer
    return answer


async def download(client: Client, name: str, kind: Any = DOWNLOAD.PDF) -> Any:
    return await client.receipts.DownloadReceipt(DOWNLOAD(name=name, format=kind))


async def test_a_receipt_is_issued_read_and_given(api: Api, client: Client) -> None:
    user = await USERS.make(client)
    session, other = await a_session(api, user.name), await a_session(api)
    made = await issue(client, session=session)
    second = await issue(client, session=other, language_code="de")
    year = datetime.now(UTC).year
    assert [made.number, second.number] == [f"{year}-000001", f"{year}-000002"]
    assert await issue(client, session=session) == made
    get = await client.receipts.GetReceipt(pb.GetReceiptRequest(name=made.name))
    assert get == made
    for wanted, found in (
        ({"user": user.name}, [made]),
        ({"session": other}, [second]),
        ({"number": made.number}, [made]),
        ({}, [second, made]),
    ):
        page = await client.receipts.ListReceipts(pb.ListReceiptsRequest(**wanted))
        assert list(page.receipts) == found
    document = await download(client, second.name)
    assert document.content_type == "application/pdf"
    assert document == await download(client, second.name)
    text = PdfReader(io.BytesIO(document.data)).pages[0].extract_text()
    shown = set(re.split(r"\s*\n\s*", text))
    assert {"Rechnung", second.number, "1.212,42 €", "23,456 kWh"} <= shown
    page = await download(client, made.name, DOWNLOAD.HTML)
    assert page.content_type == "text/html; charset=utf-8"
    assert "€1,212.42" in page.data.decode()
    told = (await client.events.ListEvents(ListEventsRequest(types=["receipt.*"]))).events
    assert [event.resource_changed.receipt.number for event in told] == [made.number, second.number]
    assert not told[0].resource_changed.receipt.items


async def test_what_is_asked_for_wrongly(api: Api, client: Client) -> None:
    session, user = await a_session(api), (await USERS.make(client)).name
    july = Date(year=2026, month=7)
    for wanted, field in (
        ({}, "session"),
        ({"session": session, "user": user}, "session"),
        ({"user": user}, "month"),
        ({"user": user, "month": Date(year=2026, month=7, day=9)}, "month"),
        ({"session": session, "language_code": "it"}, "language_code"),
    ):
        refusal = await refused(client.receipts.IssueReceipt(pb.IssueReceiptRequest(**wanted)))
        assert list(refusal.fields) == [field]
    for wanted, reason in (
        ({"user": user, "month": july}, "NOTHING_BOUGHT"),
        ({"user": user, "month": Date(year=2400, month=1)}, "MONTH_NOT_OVER"),
        ({"session": "sessions/none"}, "RESOURCE_NOT_FOUND"),
        ({"user": "users/none", "month": july}, "RESOURCE_NOT_FOUND"),
    ):
        refusal = await refused(client.receipts.IssueReceipt(pb.IssueReceiptRequest(**wanted)))
        assert refusal.reason == reason


async def test_a_fleet_sees_its_drivers_receipts(api: Api, client: Client) -> None:
    fleet, other = (await PARTNERS.make(client)).name, (await PARTNERS.make(client)).name
    user = await USERS.build(client)
    user.partner = fleet
    user = await USERS.create(client, user)
    made = await issue(client, session=await a_session(api, user.name))
    own = api.client(await api.key_of(Role.PARTNER_VIEWER, fleet))
    foreign = api.client(await api.key_of(Role.PARTNER_VIEWER, other))
    assert (await own.receipts.ListReceipts(pb.ListReceiptsRequest())).receipts[0] == made
    assert (await download(own, made.name)).data.startswith(b"%PDF-")
    assert not (await foreign.receipts.ListReceipts(pb.ListReceiptsRequest())).receipts
    assert (await refused(download(foreign, made.name))).code is grpc.StatusCode.NOT_FOUND
    await own.close()
    await foreign.close()


async def test_a_receipt_outlives_its_user(api: Api, client: Client) -> None:
    """The law wants receipts kept; what events and answers say of a person is still forgotten."""
    user = await USERS.build(client)
    user.given_name = "Unforgettable"
    user = await USERS.create(client, user)
    month = Month.numbered(Month.of(now_us(), UTC).number - 1)
    begin = month.span(UTC)[0]
    await a_session(api, user.name, start_time=begin, stop_time=begin + 1)
    made = await issue(client, user=user.name, month=Date(year=month.year, month=month.month))
    assert made.kind == pb.Receipt.MONTH
    await client.users.DeleteUser(DeleteUserRequest(name=user.name))
    kept = await client.receipts.GetReceipt(pb.GetReceiptRequest(name=made.name))
    assert kept == made
    assert "Unforgettable" in kept.buyer.display_name or kept.buyer.address_lines


RECEIPT = {
    "number": "2026-000012",
    "kind": "MONTH",
    "timeZone": "Europe/Amsterdam",
    "month": {"year": 2026, "month": 10, "day": 1},
    "seller": {"displayName": "Volt & Co", "vatNumber": "NL001"},
    "buyer": {"displayName": "Żaneta <b>Öz</b>", "addressLines": ["1000 Αθήνα"]},
    "items": [
        {
            "purchase": "SESSION",
            "place": "Pier, Rotterdam",
            "startTime": "2026-10-25T00:30:00Z",
            "endTime": "2026-10-25T02:30:00Z",
            "timeZone": "Europe/Amsterdam",
            "energyWh": "23456",
            "net": euros(1000),
            "tax": euros(210),
            "total": euros(1210),
        },
        {
            "purchase": "SUBSCRIPTION",
            "description": "Plan XL",
            "startTime": "2026-10-31T23:30:00Z",
            "net": euros(2),
            "tax": euros(0, 11),
            "total": euros(2, 11),
        },
    ],
    "taxLines": [
        {"taxPercent": {"value": "5.5"}, "tax": euros(0, 11)},
        {"taxPercent": {"value": "21"}, "tax": euros(210)},
    ],
    "currency": "EUR",
    "net": euros(1002),
    "tax": euros(210, 11),
    "total": euros(1212, 11),
    "createTime": "2026-11-01T23:30:00Z",
}


@pytest.mark.parametrize(
    ("language", "title", "date", "times", "kwh", "tax", "total"),
    [
        (
            *("en", "Receipt for October 2026", "2 November 2026"),
            *("25/10/2026, 02:30 – 25/10/2026, 03:30", "23.456 kWh", "VAT 5.5%", "€1,212.11"),
        ),
        (
            *("de", "Rechnung für Oktober 2026", "2. November 2026"),
            *("25.10.26, 02:30 – 25.10.26, 03:30", "23,456 kWh", "MwSt. 5,5 %", "1.212,11 €"),
        ),
        (
            *("nl", "Factuur voor oktober 2026", "2 november 2026"),
            *("25-10-2026, 02:30 – 25-10-2026, 03:30", "23,456 kWh", "Btw 5,5%", "€ 1.212,11"),
        ),
        (
            *("fr", "Facture pour octobre 2026", "2 novembre 2026"),
            *("25/10/2026 02:30 – 25/10/2026 03:30", "23,456 kWh", "TVA 5,5 %", "1 212,11 €"),
        ),
    ],
)
def test_dates_money_and_words_are_those_of_the_language(
    language: str, title: str, date: str, times: str, kwh: str, tax: str, total: str
) -> None:
    told: pb.Receipt = ParseDict({**RECEIPT, "languageCode": language}, pb.Receipt())
    sheet = sheet_of(told)
    assert (sheet.title, sheet.facts[1][1]) == (title, date)
    session, plan = sheet.rows
    assert (session.detail, session.quantity) == (f"Pier, Rotterdam · {times}", kwh)
    assert plan.text.endswith(": Plan XL")
    figures = [sheet.sums[1][0], sheet.total[1]]
    assert [re.sub(r"\s", " ", figure) for figure in figures] == [tax, total]
    page = page_of(sheet).decode()
    assert f'<html lang="{language}' in page
    assert "Żaneta &lt;b&gt;Öz&lt;/b&gt;" in page
    text = PdfReader(io.BytesIO(pdf_of(sheet))).pages[0].extract_text()
    assert "Żaneta <b>Öz</b>" in text
    assert "1000 Αθήνα" in text


def test_a_long_receipt_goes_on_over_the_page() -> None:
    told: pb.Receipt = ParseDict({**RECEIPT, "languageCode": "de-CH"}, pb.Receipt())
    told.items.extend(list(told.items) * 60)
    pages = PdfReader(io.BytesIO(pdf_of(sheet_of(told)))).pages
    assert len(pages) > 2
    assert all("Seite" in page.extract_text() for page in pages)


def test_a_credit_note_says_what_it_corrects() -> None:
    told: pb.Receipt = ParseDict({**RECEIPT, "languageCode": "en"}, pb.Receipt())
    told.kind, told.corrected_number = pb.Receipt.CORRECTION, "2026-000003"
    assert sheet_of(told).title == "Supplementary receipt"
    told.total.units = -5
    told.total.nanos = 0
    sheet = sheet_of(told)
    assert (sheet.title, sheet.facts[2]) == ("Credit note", ("Corrects receipt", "2026-000003"))
    assert money(told.total) == eur(-5)


def test_every_language_has_every_word() -> None:
    assert set(WORDS) == {"en", "de", "nl", "fr"}
    assert {frozenset(words) for words in WORDS.values()} == {frozenset(WORDS["en"])}
