"""Who may connect: paths, passwords, versions (ocpp.md, Handshake; cases 1, 2, 3, 29)."""

import asyncio
from typing import Any

import pytest
from websockets.exceptions import InvalidStatus

from ampline.v1.charge_point_pb2 import ChargePoint
from ampline.v1.connectivity_pb2 import OcppVersion
from server.environment import ANYWHERE
from server.store import models
from server.work.access.passwords import hash_charger_password
from tests.ocpp.conftest import PASSWORD, Platform, PlatformMaker
from tests.ocpp.raw_charger import BOOT, DEADLINE, RawCharger, basic, dial


async def refused(platform: Platform, path: str, **dialling: Any) -> InvalidStatus:
    """The refusal of a handshake."""
    with pytest.raises(InvalidStatus) as caught:
        await dial(platform.url + path, **dialling)
    return caught.value


async def status_of(platform: Platform, path: str, **dialling: Any) -> int:
    """The HTTP status of a refused handshake."""
    return (await refused(platform, path, **dialling)).response.status_code


@pytest.mark.parametrize(
    "path",
    [
        "/ocpp/OPEN",
        "/ocpp/OPEN/",
        "/ocpp/OPEN//",
        "/ocpp/%4f%50EN",
        "/ocpp/OPEN?x=1",
        "/ocpp/%4FPEN/",
    ],
)
async def test_the_identity_is_decoded_and_stripped(platform: Platform, path: str) -> None:
    async with RawCharger(await dial(platform.url + path)) as charger:
        assert await charger.ask("Heartbeat")


@pytest.mark.parametrize("identity", ["Ä 1/2#?%", "CP|1*", "a" * 200])
async def test_any_identity_that_is_registered_may_connect(
    platform: Platform, identity: str
) -> None:
    await platform.update(models.ChargePoint, "chargePoints/OTHER", ocpp_identity=identity)
    charger = await platform.connect(identity)
    assert (await charger.ask("BootNotification", BOOT))["status"] == "Accepted"
    row = await platform.one(models.ChargePoint, models.ChargePoint.name == "chargePoints/OTHER")
    assert row.vendor == "Vendor"
    assert await status_of(platform, "/ocpp/OTHER") == 404


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/ocpp/%zz", 400),
        ("/ocpp/%4", 400),
        ("/ocpp/CP%", 400),
        ("/ocpp/%ff%fe", 400),
        ("/ocpp/CP%00", 400),
        ("/ocpp/CP%0A", 400),
        ("/ocpp/", 404),
        ("/ocpp", 404),
        ("/", 404),
        ("/OPEN", 404),
        ("/ocpp/a/OPEN", 404),
        ("/ocpp/" + "x" * 300, 404),
    ],
)
async def test_a_bad_path_is_refused(platform: Platform, path: str, status: int) -> None:
    assert await status_of(platform, path) == status


async def test_an_unknown_identity_is_refused_and_noted(platform: Platform) -> None:
    assert await status_of(platform, "/ocpp/STRANGER") == 404
    assert await status_of(platform, "/ocpp/STRANGER") == 404
    row = await platform.one(models.UnknownChargePoint)
    assert (row.identity, row.remote_address, row.attempts) == ("STRANGER", "127.0.0.1", 2)
    told = await platform.events("charge_point.unknown_connected")
    assert [event.charge_point_connection.identity for event in told] == ["STRANGER"] * 2


async def test_a_browser_hears_what_this_is(platform: Platform) -> None:
    async with asyncio.timeout(DEADLINE):
        reader, writer = await asyncio.open_connection("127.0.0.1", platform.bridge.port)
        writer.write(b"GET /ocpp/OPEN HTTP/1.1\r\nHost: x\r\n\r\n")
        assert b"426" in await reader.readline()
        writer.close()


async def test_the_right_password_lets_in(platform: Platform) -> None:
    charger = await platform.connect("CP1", PASSWORD)
    assert (await charger.ask("BootNotification", BOOT))["status"] == "Accepted"


@pytest.mark.parametrize(
    "headers",
    [
        None,
        basic("CP1", "a wrong password of that kind"),
        basic("OTHER", PASSWORD),
        {"Authorization": "Bearer abc"},
        {"Authorization": "Basic %%%"},
        {"Authorization": "Basic " + "YWJj"},
    ],
)
async def test_a_wrong_password_is_a_security_event(
    platform: Platform, headers: dict[str, str] | None
) -> None:
    refusal = await refused(platform, "/ocpp/CP1", headers=headers)
    assert refusal.response.status_code == 401
    assert refusal.response.headers["WWW-Authenticate"].startswith("Basic ")
    (event,) = await platform.events("charge_point.security_event")
    assert event.charge_point == "chargePoints/CP1"
    assert event.charge_point_security_event.type == "InvalidCredentials"
    assert event.charge_point_security_event.remote_address == "127.0.0.1"
    assert PASSWORD not in str(event)


async def test_a_hexadecimal_password_may_come_as_its_bytes(platform: Platform) -> None:
    digits = "00112233445566778899aabbccddeeff00112233"
    kept = hash_charger_password(digits)
    await platform.update(models.ChargePoint, "chargePoints/CP1", password_hash=kept)
    connection = await dial(f"{platform.url}/ocpp/CP1", headers=basic("CP1", bytes.fromhex(digits)))
    async with RawCharger(connection) as charger:
        assert await charger.ask("Heartbeat")


async def test_a_changed_password_counts_at_once(platform: Platform) -> None:
    await platform.connect("CP1", PASSWORD)
    kept = hash_charger_password("another password, long too")
    await platform.update(models.ChargePoint, "chargePoints/CP1", password_hash=kept)
    assert await status_of(platform, "/ocpp/CP1", headers=basic("CP1", PASSWORD)) == 401


async def test_whoever_tries_too_often_waits_but_known_chargers_do_not(
    platform: Platform,
) -> None:
    await platform.connect("CP1", PASSWORD)
    wrong = basic("CP1", "x" * 20)
    tries = [await refused(platform, "/ocpp/CP1", headers=wrong) for _ in range(30)]
    answers = [refusal.response.status_code for refusal in tries]
    assert answers[:20] == [401] * 20
    assert answers[-1] == 429
    assert int(tries[-1].response.headers["Retry-After"]) >= 1
    assert len(await platform.events("charge_point.security_event")) == answers.count(401)
    again = await platform.connect("CP1", PASSWORD)
    assert await again.ask("Heartbeat")


@pytest.mark.parametrize("profile", [3, 4])
async def test_who_is_registered_for_tls_does_not_come_in_without(
    platform: Platform, profile: int
) -> None:
    await platform.update(models.ChargePoint, "chargePoints/CP1", security_profile=profile)
    assert await status_of(platform, "/ocpp/CP1", headers=basic("CP1", PASSWORD)) == 401


async def test_without_a_password_registered_nobody_comes_in(platform: Platform) -> None:
    await platform.update(models.ChargePoint, "chargePoints/OPEN", security_profile=2)
    assert await status_of(platform, "/ocpp/OPEN", headers=basic("OPEN", PASSWORD)) == 401


@pytest.mark.parametrize(
    ("offered", "chosen"),
    [
        (("ocpp1.6",), "ocpp1.6"),
        (("ocpp3.0", "ocpp1.6"), "ocpp1.6"),
        (("ocpp1.6", "ocpp3.0"), "ocpp1.6"),
    ],
)
async def test_the_chargers_first_version_that_we_know_is_chosen(
    platform: Platform, offered: tuple[str, ...], chosen: str
) -> None:
    charger = await platform.connect(subprotocols=offered)
    assert charger.connection.subprotocol == chosen


@pytest.mark.parametrize("offered", [(), ("ocpp1.5",), ("ocpp1.6j", "ocpp3.0")])
async def test_without_a_common_version_the_socket_closes_with_1002(
    platform: Platform, offered: tuple[str, ...]
) -> None:
    charger = await platform.connect(subprotocols=offered)
    assert charger.connection.subprotocol is None
    assert await charger.closed() == 1002
    assert "ocpp1.6" in (charger.connection.close_reason or "")
    assert not await platform.events("charge_point.connected")


async def test_a_version_that_its_record_forbids_is_not_chosen(platform: Platform) -> None:
    message = ChargePoint(allowed_ocpp_versions=[OcppVersion.OCPP_2_0_1])
    await platform.update(
        models.ChargePoint,
        "chargePoints/OPEN",
        allowed_ocpp_versions=message.SerializeToString(),
    )
    charger = await platform.connect()
    assert await charger.closed() == 1002


@pytest.mark.parametrize("offered", [(), ("ocpp1.6j",)])
async def test_who_offers_nothing_known_speaks_what_its_record_says(
    platform: Platform, offered: tuple[str, ...]
) -> None:
    await platform.update(
        models.ChargePoint, "chargePoints/OPEN", default_ocpp_version=OcppVersion.OCPP_1_6
    )
    charger = await platform.connect(subprotocols=offered)
    assert charger.connection.subprotocol is None
    assert (await charger.ask("BootNotification", BOOT))["status"] == "Accepted"


async def test_what_its_record_says_is_for_who_offers_nothing_known(platform: Platform) -> None:
    message = ChargePoint(allowed_ocpp_versions=[OcppVersion.OCPP_2_0_1])
    await platform.update(
        models.ChargePoint,
        "chargePoints/OPEN",
        allowed_ocpp_versions=message.SerializeToString(),
        default_ocpp_version=OcppVersion.OCPP_2_0_1,
    )
    charger = await platform.connect(subprotocols=("ocpp1.6",))
    assert await charger.closed() == 1002


async def test_unknown_chargers_are_registered_if_the_setting_says_so(
    make_platform: PlatformMaker,
) -> None:
    platform = await make_platform(accept_unknown=True)
    for identity in ("NEW-1", "Neu / 2"):
        charger = await platform.connect(identity)
        assert (await charger.ask("BootNotification", BOOT))["status"] == "Accepted"
        await charger.connection.close()
        await platform.connect(identity)
    rows = await platform.rows(
        models.ChargePoint, models.ChargePoint.location == "locations/unassigned"
    )
    assert len(rows) == 2
    names = {row.ocpp_identity or row.name.removeprefix("chargePoints/") for row in rows}
    assert names == {"NEW-1", "Neu / 2"}
    assert len(await platform.events("charge_point.created")) == 2


async def test_a_trusted_proxy_says_where_a_charger_is(make_platform: PlatformMaker) -> None:
    platform = await make_platform(
        trusted_proxies=("127.0.0.1", "10.0.0.1"), unsecured_from=ANYWHERE
    )
    headers = {"X-Forwarded-For": "1.1.1.1, 198.51.100.7, 10.0.0.1"}
    await platform.connect(headers=headers)
    (event,) = await platform.events("charge_point.connected")
    assert event.charge_point_connection.remote_address == "198.51.100.7"


async def test_nobody_else_is_believed(make_platform: PlatformMaker) -> None:
    platform = await make_platform(trusted_proxies=("10.0.0.1",))
    await platform.connect(headers={"X-Forwarded-For": "198.51.100.7"})
    (event,) = await platform.events("charge_point.connected")
    assert event.charge_point_connection.remote_address == "127.0.0.1"
