"""Electricity rates: what they may say, their versions, and the prices that are looked up."""

from datetime import UTC, datetime, timedelta
from typing import Any

import grpc
import pytest
from google.protobuf.json_format import ParseDict
from google.protobuf.timestamp_pb2 import Timestamp

from ampline.v1 import electricity_rate_pb2 as pb
from server.domain.access import Role
from tests.api.client import Client, refused
from tests.api.conftest import Api
from tests.api.samples import ELECTRICITY_RATES, PARTNERS, TARIFFS

NOT_FOUND = grpc.StatusCode.NOT_FOUND
PRICE = {"currencyCode": "EUR", "nanos": 10_000_000}
MONDAY = {"weekdays": [1], "startTime": {}, "endTime": {"hours": 6}, "price": PRICE}
WRONG: list[tuple[dict[str, Any], list[str]]] = [
    ({"timeZone": "Mars/Olympus"}, ["time_zone"]),
    ({"defaultPrice": {"currencyCode": "USD"}}, ["default_price"]),
    ({"defaultPrice": {"currencyCode": "EUR", "units": "1", "nanos": -1}}, ["default_price"]),
    ({"taxPercent": {"value": "100.5"}}, ["tax_percent"]),
    ({"pricePeriods": [MONDAY, {**MONDAY, "startTime": {"hours": 5}}]}, ["price_periods[1]"]),
    ({"pricePeriods": [{**MONDAY, "weekdays": []}]}, ["price_periods[0].weekdays"]),
    ({"pricePeriods": [{**MONDAY, "weekdays": [0]}]}, ["price_periods[0].weekdays[0]"]),
    ({"pricePeriods": [{**MONDAY, "weekdays": [8]}]}, ["price_periods[0].weekdays[0]"]),
    (
        {"pricePeriods": [{**MONDAY, "date": {"year": 2026, "month": 1, "day": 1}}]},
        ["price_periods[0].weekdays"],
    ),
    (
        {"pricePeriods": [{**MONDAY, "weekdays": [], "date": {"year": 2026}}]},
        ["price_periods[0].date"],
    ),
    ({"pricePeriods": [{**MONDAY, "endTime": {}}]}, ["price_periods[0].end_time"]),
    ({"pricePeriods": [{**MONDAY, "endTime": {"hours": 25}}]}, ["price_periods[0].end_time"]),
    (
        {"pricePeriods": [{**MONDAY, "price": {"currencyCode": "SEK"}}]},
        ["price_periods[0].price"],
    ),
    ({"energyMix": [{"source": "WIND", "percent": {"value": "99.9"}}]}, ["energy_mix"]),
    (
        {"energyMix": [{"source": "WIND", "percent": {"value": "50"}}] * 2},
        ["energy_mix[1].source"],
    ),
    (
        {"energyMix": [{"source": "WIND", "percent": {"value": "a lot"}}]},
        ["energy_mix[0].percent"],
    ),
]


async def make(client: Client, **fields: Any) -> Any:
    """A rate with a time zone and a default price, and these fields."""
    rate = {"displayName": "R", "currency": "EUR", "defaultPrice": PRICE, **fields}
    return await ELECTRICITY_RATES.create(client, ParseDict(rate, pb.ElectricityRate()))


async def look_up(client: Client, name: str, **times: datetime) -> Any:
    request = pb.LookupElectricityRateRequest(name=name)
    for field, time in times.items():
        getattr(request, field).FromDatetime(time)
    return await client.electricity_rates.LookupElectricityRate(request)


@pytest.mark.parametrize(("fields", "faults"), WRONG)
async def test_a_rate_that_cannot_be(
    client: Client, fields: dict[str, Any], faults: list[str]
) -> None:
    refusal = await refused(make(client, **fields))
    assert list(refusal.fields) == [f"electricity_rate.{path}" for path in faults]


async def test_a_date_wins_over_its_weekday(client: Client) -> None:
    dated = {**MONDAY, "weekdays": [], "date": {"year": 2026, "month": 6, "day": 1}}
    dated["price"] = {"currencyCode": "EUR", "nanos": -20_000_000}
    cheap = {**MONDAY, "price": {"currencyCode": "EUR", "nanos": 5_000_000}}
    rate = await make(client, pricePeriods=[cheap, dated], timeZone="Europe/Amsterdam")
    found = await look_up(client, rate.name, time=datetime(2026, 6, 1, 1, tzinfo=UTC))
    assert found.price.nanos == -20_000_000
    found = await look_up(client, rate.name, time=datetime(2026, 6, 8, 1, tzinfo=UTC))
    assert (found.price.nanos, found.tax_percent.value) == (5_000_000, "0")
    found = await look_up(client, rate.name, time=datetime(2026, 6, 8, 4, tzinfo=UTC))
    assert (found.price.nanos, found.version) == (10_000_000, rate.current_version)


async def test_the_curve_of_a_day_that_has_an_hour_twice(client: Client) -> None:
    night = {**MONDAY, "weekdays": [7], "startTime": {"hours": 2}, "endTime": {"hours": 3}}
    night["price"] = {"currencyCode": "EUR", "nanos": 1_000_000}
    rate = await make(client, pricePeriods=[night], timeZone="Europe/Amsterdam")
    start = datetime(2026, 10, 24, 22, tzinfo=UTC)
    found = await look_up(client, rate.name, start_time=start, end_time=start + timedelta(days=1))
    told = [(each.start_time.ToDatetime(UTC), each.price.nanos) for each in found.curve]
    assert told == [
        (start, 10_000_000),
        (datetime(2026, 10, 25, 0, tzinfo=UTC), 1_000_000),
        (datetime(2026, 10, 25, 2, tzinfo=UTC), 10_000_000),
    ]
    assert found.curve[-1].end_time.ToDatetime(UTC) == start + timedelta(days=1)


async def test_a_curve_has_two_ends_and_is_not_endless(client: Client) -> None:
    rate = await make(client)
    now = datetime(2026, 6, 1, tzinfo=UTC)
    wrong = {
        "end_time": [{"start_time": now}, {"start_time": now, "end_time": now}],
        "start_time": [{"end_time": now}],
    }
    wrong["end_time"].append({"start_time": now, "end_time": now + timedelta(days=93)})
    for field, requests in wrong.items():
        for times in requests:
            refusal = await refused(look_up(client, rate.name, **times))
            assert list(refusal.fields) == [field]


@pytest.mark.parametrize("seconds", [-1, 7_258_118_400, 253_402_300_799, 2**62])
async def test_there_are_no_prices_in_the_far_past_and_future(client: Client, seconds: int) -> None:
    rate = await make(client, timeZone="Asia/Kathmandu")
    request = pb.LookupElectricityRateRequest(name=rate.name, time=Timestamp(seconds=seconds))
    refusal = await refused(client.electricity_rates.LookupElectricityRate(request))
    assert list(refusal.fields) == ["time"]


@pytest.mark.parametrize(("units", "nanos"), [(-(2**63), 0), (2**63 - 1, 0), (0, -(2**31))])
async def test_a_price_beyond_all_measure(client: Client, units: int, nanos: int) -> None:
    wrong = {"currencyCode": "EUR", "units": str(units), "nanos": nanos}
    refusal = await refused(make(client, defaultPrice=wrong))
    assert list(refusal.fields) == ["electricity_rate.default_price"]


async def test_every_change_makes_a_version(client: Client) -> None:
    rate = await make(client)
    patch = pb.ElectricityRate(name=rate.name)
    patch.default_price.currency_code, patch.default_price.units = "EUR", 1
    changed = await ELECTRICITY_RATES.update(client, patch)
    await ELECTRICITY_RATES.update(client, patch)  # changes nothing
    assert changed.current_version == f"{rate.name}/versions/2"
    request = pb.ListElectricityRateVersionsRequest(parent=rate.name)
    second, first = (await client.electricity_rates.ListElectricityRateVersions(request)).versions
    assert (first.number, first.rate.default_price) == (1, rate.default_price)
    assert (second.number, second.rate.default_price) == (2, changed.default_price)
    assert second.create_time == changed.update_time
    before = first.create_time.ToDatetime(UTC)
    assert (await look_up(client, rate.name, time=before)).version == first.name
    long_ago = before - timedelta(days=1000)
    assert (await look_up(client, rate.name, time=long_ago)).version == first.name
    found = await look_up(client, rate.name)
    assert (found.version, found.price.units) == (second.name, 1)
    curve = await look_up(
        client, rate.name, start_time=long_ago + timedelta(days=950), end_time=before + timedelta(1)
    )
    assert [each.version for each in curve.curve] == [first.name, second.name]


async def test_versions_outlive_their_rate(client: Client) -> None:
    chosen = ParseDict({"displayName": "R", "currency": "EUR"}, pb.ElectricityRate())
    ParseDict(PRICE, chosen.default_price)
    made = await ELECTRICITY_RATES.create(client, chosen, electricity_rate_id="r")
    await ELECTRICITY_RATES.delete(client, made.name)
    request = pb.GetElectricityRateVersionRequest(name=made.current_version)
    kept = await client.electricity_rates.GetElectricityRateVersion(request)
    assert kept.rate.display_name == "R"
    again = await ELECTRICITY_RATES.create(client, chosen, electricity_rate_id="r")
    assert again.current_version == "electricityRates/r/versions/2"


async def test_partners_see_their_own_rates(api: Api, client: Client) -> None:
    partner, rate = await PARTNERS.make(client), await make(client)
    own = api.client(await api.key_of(Role.PARTNER_ADMIN, partner.name))
    mine = await make(own)
    assert [each.name for each in (await ELECTRICITY_RATES.list(own)).electricity_rates] == [
        mine.name
    ]
    version = pb.GetElectricityRateVersionRequest(name=rate.current_version)
    listed = pb.ListElectricityRateVersionsRequest(parent=rate.name)
    for call in (
        look_up(own, rate.name),
        own.electricity_rates.GetElectricityRateVersion(version),
        own.electricity_rates.ListElectricityRateVersions(listed),
    ):
        assert (await refused(call)).code is NOT_FOUND
    await own.close()


async def test_a_rate_that_a_tariff_follows_stays(client: Client) -> None:
    rate = await make(client)
    tariff = await TARIFFS.build(client)
    tariff.elements[1].ClearField("unit_price")
    tariff.elements[1].electricity_rate.electricity_rate = rate.name
    made = await TARIFFS.create(client, tariff)
    refusal = await refused(ELECTRICITY_RATES.delete(client, rate.name))
    assert (refusal.reason, refusal.metadata["referrers"]) == ("RESOURCE_IN_USE", made.name)
