"""Chargers over the public port: a WebSocket through Envoy to the bridge."""

import asyncio
from urllib.parse import quote

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from clients.charger import Station
from clients.charger.link import credentials
from tests.rest.conftest import new_id
from tests.rest.rest import Json, Rest
from tests.whole_platform import WholePlatform

PASSWORD = "sixteen letters or more"


@pytest.fixture
def identity(rest: Rest, location: Json) -> str:
    """A registered charge point."""
    made = new_id()
    body = {
        "location": location["name"],
        "password": PASSWORD,
        "securityProfile": "UNSECURED_BASIC_AUTH",
    }
    created = rest.post("/v1/chargePoints", body, charge_point_id=made)
    assert created.status == 200, created
    return made


async def test_a_charger_boots(platform: WholePlatform, rest: Rest, identity: str) -> None:
    async with Station(platform.charger_url, identity, PASSWORD) as station:
        answer = await station.boot()
        assert answer["status"] == "Accepted"
        assert rest.get(f"/v1/chargePoints/{identity}").json["networkStatus"] == "AVAILABLE"


async def test_a_wrong_password_is_refused(platform: WholePlatform, identity: str) -> None:
    with pytest.raises(InvalidStatus) as refused:
        async with Station(platform.charger_url, identity, "another password"):
            pass
    assert refused.value.response.status_code == 401


async def test_nobody_can_say_where_it_comes_from(platform: WholePlatform, rest: Rest) -> None:
    identity = new_id()
    forged = {"x-forwarded-for": "203.0.113.7", "x-real-ip": "203.0.113.7"}
    url = f"{platform.charger_url}/{identity}"
    with pytest.raises(InvalidStatus) as refused:
        async with connect(url, subprotocols=["ocpp1.6"], additional_headers=forged):  # type: ignore[list-item]
            pass
    assert refused.value.response.status_code == 404
    events = rest.get("/v1/events", types="charge_point.unknown_connected").json["events"]
    told = [each["chargePointConnection"] for each in events]
    assert [each["remoteAddress"] for each in told if each["identity"] == identity] == ["127.0.0.1"]


async def test_nobody_can_say_that_it_came_by_tls(
    platform: WholePlatform, rest: Rest, identity: str
) -> None:
    wanted = {"securityProfile": "TLS_BASIC_AUTH"}
    assert rest.patch(f"/v1/chargePoints/{identity}", wanted).status == 200
    station = Station(platform.charger_url, identity, PASSWORD)
    forged = {
        **credentials(station.address),
        "x-forwarded-proto": "https",
        "x-forwarded-client-cert": f'Subject="CN={identity}"',
    }
    url = f"{platform.charger_url}/{identity}"
    with pytest.raises(InvalidStatus) as refused:
        async with connect(url, subprotocols=["ocpp1.6"], additional_headers=forged):  # type: ignore[list-item]
            pass
    assert refused.value.response.status_code == 401
    events = rest.get(
        "/v1/events", types="charge_point.security_event", subjects=f"chargePoints/{identity}"
    ).json["events"]
    told = events[-1]["chargePointSecurityEvent"]
    assert told["techInfo"] == "registered for TLS, and came without"


async def test_a_stranger_is_registered_and_comes_in(
    platform: WholePlatform, rest: Rest, location: Json
) -> None:
    identity = f"{new_id()}*a=b|c@d"
    with pytest.raises(InvalidStatus):
        async with Station(platform.charger_url, identity, PASSWORD):
            pass
    name = f"/v1/unknownChargePoints/{quote(identity, safe='')}"
    assert rest.get(name).json["identity"] == identity
    body = {"chargePoint": {"location": location["name"], "password": PASSWORD}}
    registered = rest.post(f"{name}:register", body)
    assert registered.status == 200, registered
    assert rest.get(name).status == 404
    point = f"/v1/chargePoints/{quote(identity, safe='')}"
    async with Station(platform.charger_url, identity, PASSWORD) as station:
        await station.boot()
        asked = await asyncio.to_thread(rest.post, f"{point}:getConfiguration", {})
        assert asked.status == 200, asked
        kept = rest.get(f"{point}/configurationKeys", key="HeartbeatInterval").json
        told = {each["key"]: each.get("value") for each in asked.json["configurationKeys"]}
        assert [each["value"] for each in kept["configurationKeys"]] == [told["HeartbeatInterval"]]
    history = rest.get(f"{point}/statusLog", kind="NETWORK").json["statusLogEntries"]
    assert history[-1]["oldNetworkStatus"] == "NEVER_CONNECTED"
    assert history[-1]["networkStatus"] == "AVAILABLE"
    assert rest.get(f"{point}/chargingProfiles").json == {}
    assert rest.get(f"{point}/messages", direction="TO_CHARGER").json["messages"]


def test_the_portal_has_the_rest(platform: WholePlatform) -> None:
    answer = Rest(platform.address).get("/")
    assert answer.status == 303
    assert "sign" in answer.headers["location"]
