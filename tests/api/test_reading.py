"""What is only read: previews, charts, the message log, the summary, payments."""

from typing import Any

import grpc
import pytest
from google.protobuf.json_format import ParseDict

from ampline.v1 import network_summary_pb2, ocpp_message_pb2, price_preview_pb2
from ampline.v1.meter_value_pb2 import ListMeterValuesRequest, MeterValue, SummarizeSessionRequest
from ampline.v1.session_pb2 import Session
from ampline.v1.transaction_pb2 import (
    GetTransactionRequest,
    ListTransactionsRequest,
    Transaction,
)
from server.store import models
from server.store.clock import now_us
from tests.api.client import Client, refused
from tests.api.conftest import Api
from tests.api.samples import CHARGE_POINTS, EVSES, TARIFFS

SECOND = 1_000_000
NEVER, CONNECTED, AWAY, AWAY_FOR_LONG = range(1, 5)
START = 1_700_000_000 * SECOND
PREVIEW = {
    "startTime": "2026-06-01T20:00:00Z",  # 22:00 in Amsterdam
    "timeZone": "Europe/Amsterdam",
    "stretches": [{"duration": "3600s", "energyWh": "10000"}, {"duration": "600s"}],
}


def preview(**fields: Any) -> price_preview_pb2.PreviewPriceRequest:
    return ParseDict({**PREVIEW, **fields}, price_preview_pb2.PreviewPriceRequest())


async def test_a_preview_prices_by_the_local_clock(client: Client) -> None:
    tariff = (await TARIFFS.make(client)).name
    night = (await client.price_preview.PreviewPrice(preview(tariff=tariff))).price
    assert (night.net.units, night.tax.nanos, night.total.units) == (2, 420_000_000, 2)
    assert [line.quantity.value for line in night.lines] == ["10"]
    abroad = preview(tariff=tariff, timeZone="UTC")
    assert (await client.price_preview.PreviewPrice(abroad)).price.net.units == 4


async def test_a_draft_is_priced_if_it_could_be_kept(client: Client) -> None:
    draft = {
        "displayName": "Draft",
        "currency": "EUR",
        "elements": [
            {
                "dimension": "IDLE_TIME",
                "unitPrice": {"currencyCode": "EUR", "nanos": 100_000_000},
            }
        ],
    }
    price = (await client.price_preview.PreviewPrice(preview(draft=draft))).price
    assert price.total.units == 1  # ten minutes
    draft["elements"][0]["unitPrice"]["currencyCode"] = "USD"  # type: ignore[index]
    refusal = await refused(client.price_preview.PreviewPrice(preview(draft=draft)))
    assert list(refusal.fields) == ["draft.elements[0].unit_price"]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"tariff": "tariffs/none"}, "tariff"),
        ({}, "source"),
        ({"tariff": "tariffs/none", "stretches": []}, "stretches"),
        ({"tariff": "t", "stretches": [{"duration": "-1s"}]}, "stretches[0].duration"),
    ],
)
async def test_a_preview_that_cannot_be(
    client: Client, changes: dict[str, Any], field: str
) -> None:
    refusal = await refused(client.price_preview.PreviewPrice(preview(**changes)))
    assert refusal.code is grpc.StatusCode.INVALID_ARGUMENT
    assert list(refusal.fields) == [field]


@pytest.fixture
async def measured(api: Api) -> str:
    """A session with a thousand samples, each 10 Wh after the one before."""
    session = {"charge_point": "chargePoints/x", "state": Session.ACTIVE, "start_time": START}
    times = {"create_time": START, "update_time": START}
    await insert(
        api, models.Session, {"name": "sessions/s", "meter_start_wh": 5, **session, **times}
    )
    body = MeterValue()
    body.sampled_values.add(measurand="Voltage", value=230.0)
    body.sampled_values.add(measurand="Current.Import", phase="L1", value=15.0)
    body.sampled_values.add(measurand="Current.Import", phase="L2", value=16.0)
    rows = [
        {
            "charge_point": "chargePoints/x",
            "session": "sessions/s",
            "time": START + number * SECOND,
            "record_time": START,
            "register_wh": 5 + number * 10,
            "power_w": number,
            "soc_percent": number // 10,
            "fingerprint": number,
            "body": body.SerializeToString(),
        }
        for number in range(1000)
    ]
    await insert(api, models.MeterValue, *rows)
    return "sessions/s"


async def insert(api: Api, table: Any, *rows: dict[str, Any]) -> None:
    await api.lane.write(lambda unit: unit.execute(table.insert_many(rows)))


async def test_meter_values_come_in_order(client: Client, measured: str) -> None:
    request = ListMeterValuesRequest(parent=measured, page_size=400)
    times: list[int] = []
    while True:
        page = await client.meter_values.ListMeterValues(request)
        times += [value.time.ToMicroseconds() for value in page.meter_values]
        request.page_token = page.next_page_token
        if not request.page_token:
            break
    assert times == [START + number * SECOND for number in range(1000)]
    assert page.meter_values[0].name.startswith(f"{measured}/meterValues/")
    assert page.meter_values[0].sampled_values[0].value == 230


@pytest.mark.parametrize(("asked", "most"), [(0, 200), (7, 7), (1, 1), (2000, 1000)])
async def test_a_chart_has_no_more_points_than_asked(
    client: Client, measured: str, asked: int, most: int
) -> None:
    request = SummarizeSessionRequest(name=measured, max_points=asked)
    points = (await client.meter_values.SummarizeSession(request)).points
    assert len(points) <= most
    last = points[-1]
    assert (last.energy_wh, last.soc_percent) == (9990, 99)
    assert (last.current_a, last.voltage_v) == (16, 230)
    assert sum(point.power_w for point in points) > 0
    times = [point.time.ToMicroseconds() for point in points]
    assert times == sorted(times)


async def test_nobodys_meter_values(client: Client) -> None:
    for call in (
        client.meter_values.ListMeterValues(ListMeterValuesRequest(parent="sessions/none")),
        client.meter_values.SummarizeSession(SummarizeSessionRequest(name="sessions/none")),
    ):
        assert (await refused(call)).code is grpc.StatusCode.NOT_FOUND


async def test_the_message_log_comes_newest_first(api: Api, client: Client) -> None:
    point = (await CHARGE_POINTS.make(client)).name
    rows = [
        {
            "charge_point": point,
            "direction": 1 + number % 2,
            "ocpp_version": 1,
            "action": ("Heartbeat", "StatusNotification")[number % 2],
            "call": f"[2,{number}]",
            "call_time": START + number * SECOND,
        }
        for number in range(10)
    ]
    await insert(api, models.OcppMessage, *rows)

    async def calls(**fields: Any) -> list[str]:
        request = ocpp_message_pb2.ListOcppMessagesRequest(parent=point, **fields)
        found: list[str] = []
        while True:
            page = await client.messages.ListOcppMessages(request)
            found += [message.call for message in page.messages]
            request.page_token = page.next_page_token
            if not request.page_token:
                return found

    newest_first = [f"[2,{number}]" for number in reversed(range(10))]
    assert await calls(page_size=3) == newest_first
    assert await calls(action="Heartbeat", page_size=2) == newest_first[1::2]
    assert await calls(direction=2) == newest_first[::2]
    limits = ocpp_message_pb2.OcppMessage()
    limits.call_time.FromMicroseconds(START + 8 * SECOND)
    assert await calls(since=limits.call_time) == newest_first[:2]
    assert await calls(before=limits.call_time) == newest_first[2:]


async def test_an_evse_takes_the_power_of_its_session(api: Api, client: Client) -> None:
    evse = await EVSES.make(client)
    assert evse.power_w == 0
    now = now_us()
    times = {"start_time": now, "create_time": now, "update_time": now}
    session = {"name": "sessions/a", "charge_point": "x", "state": Session.ACTIVE, **times}
    await insert(api, models.Session, {**session, "power_w": 11_000})
    row = models.Evse.update(active_session="sessions/a").where(models.Evse.name == evse.name)
    await api.lane.write(lambda unit: unit.execute(row))
    assert (await EVSES.get(client, evse.name)).power_w == 11_000
    assert [each.power_w for each in (await EVSES.list(client)).evses] == [11_000]


async def test_the_summary_adds_up(api: Api, client: Client) -> None:
    await CHARGE_POINTS.make(client)
    now = now_us()
    common = {"charge_point": "x", "start_time": now, "create_time": now, "update_time": now}
    running = {"state": Session.ACTIVE, "power_w": 11_000, "energy_wh": 100}
    ended = {"state": Session.FINISHED, "stop_time": now, "energy_wh": 1000, "billing_state": 2}
    await insert(api, models.Session, {"name": "sessions/a", **running, **common})
    for number, (currency, micros) in enumerate((("EUR", 2_500_000), ("SEK", 1_000_000))):
        money = {"currency": currency, "total_micros": micros}
        await insert(
            api, models.Session, {"name": f"sessions/e{number}", **ended, **money, **common}
        )
    long_ago = {"stop_time": now - 40 * 86_400 * SECOND}
    await insert(api, models.Session, {"name": "sessions/o", **ended, **common, **long_ago})
    request = network_summary_pb2.GetNetworkSummaryRequest()
    request.since.FromMicroseconds(now - SECOND)
    summary = await client.network.GetNetworkSummary(request)
    assert dict(summary.charge_point_counts) == {"NEVER_CONNECTED": 1}
    assert (summary.active_session_count, summary.power_w) == (1, 11_000)
    assert (summary.finished_session_count, summary.energy_wh) == (2, 2100)
    revenue = [(each.currency_code, each.units, each.nanos) for each in summary.revenue]
    assert revenue == [("EUR", 2, 500_000_000), ("SEK", 1, 0)]
    request.since.FromMicroseconds(now - 32 * 86_400 * SECOND)
    assert list((await refused(client.network.GetNetworkSummary(request))).fields) == ["since"]


async def test_the_summary_tells_for_how_long_evses_were_held_and_chargers_away(
    api: Api, client: Client
) -> None:
    now, hour = now_us(), 3600 * SECOND
    here, there, never = [(await CHARGE_POINTS.make(client)).name for _ in range(3)]
    row = models.ChargePoint.update(network_status=AWAY).where(models.ChargePoint.name == there)
    await api.lane.write(lambda unit: unit.database.execute(row))
    log = {"kind": 1, "time": 0}
    for name, hours_ago, old, new in (
        (here, 30, CONNECTED, AWAY),  # before what is asked for: away when it begins
        (here, 20, AWAY, CONNECTED),
        (there, 5, CONNECTED, AWAY),
        (there, 4, AWAY, CONNECTED),
        (there, 2, CONNECTED, AWAY),
        (there, 1, AWAY, AWAY_FOR_LONG),
        (never, 10, NEVER, CONNECTED),
    ):
        changed = {"record_time": now - hours_ago * hour, "old_status": old, "status": new}
        await insert(api, models.StatusLogEntry, {"charge_point": name, **log, **changed})
    common = {"charge_point": here, "create_time": now, "update_time": now}
    for name, begun, ended in (("a", 3, None), ("b", 30, 23), ("c", 2, 1)):
        state = Session.FINISHED if ended else Session.ACTIVE
        times = {"start_time": now - begun * hour, "stop_time": ended and now - ended * hour}
        session = {"name": f"sessions/{name}", "state": state, **times, **common}
        await insert(api, models.Session, session)
    request = network_summary_pb2.GetNetworkSummaryRequest()
    request.since.FromMicroseconds(now - 24 * hour)
    summary = await client.network.GetNetworkSummary(request)
    assert abs(summary.unavailable_seconds - (4 + 1 + 2) * 3600) <= 60
    assert abs(summary.occupied_seconds - (3 + 1 + 1) * 3600) <= 60


async def test_payments_are_shown(api: Api, client: Client) -> None:
    rows = [
        {
            "name": f"transactions/t{number}",
            "state": Transaction.FINALIZED,
            "purchase": Transaction.SESSION,
            "purchased_resource": f"sessions/s{number}",
            "user": "users/u",
            "currency": "EUR",
            "net_micros": 1_000_000,
            "tax_micros": 210_000,
            "total_micros": 1_210_000,
            "method": Transaction.BALANCE,
            "create_time": START + number,
            "update_time": START,
        }
        for number in range(3)
    ]
    await insert(api, models.Transaction, *rows)
    page = await client.transactions.ListTransactions(ListTransactionsRequest(user="users/u"))
    assert [each.name[-1] for each in page.transactions] == ["2", "1", "0"]
    request = GetTransactionRequest(name="transactions/t1")
    shown = await client.transactions.GetTransaction(request)
    assert (shown.total.units, shown.total.nanos) == (1, 210_000_000)
    by_resource = ListTransactionsRequest(purchased_resource="sessions/s1")
    assert list((await client.transactions.ListTransactions(by_resource)).transactions) == [shown]
