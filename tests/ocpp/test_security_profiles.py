"""Security profiles: what a charger must prove, and what it has proven (ocpp.md, Handshake)."""

from pathlib import Path

import pytest
from cryptography.x509.oid import ExtendedKeyUsageOID
from websockets.exceptions import InvalidStatus

from tests.ocpp.authority import Authority, tls_settings
from tests.ocpp.conftest import PASSWORD, Platform, PlatformMaker
from tests.ocpp.raw_charger import BOOT, RawCharger, basic, dial, path_of
from tests.ocpp.secured import (
    BASIC,
    CERTIFICATE,
    NO_SECURITY,
    TLS,
    forwarded,
    in_force,
    refusal,
    register,
)


async def test_a_password_over_tls_is_profile_2(secure: Platform, authority: Authority) -> None:
    await register(secure, TLS)
    charger = await secure.connect("CP1", PASSWORD, tls=authority.trusting())
    assert (await charger.ask("BootNotification", BOOT))["status"] == "Accepted"
    assert await in_force(secure) == TLS
    (connected,) = await secure.events("charge_point.connected")
    assert connected.charge_point_connection.remote_address == "127.0.0.1"


@pytest.mark.parametrize("profile", [NO_SECURITY, BASIC, TLS, CERTIFICATE])
async def test_a_certificate_is_profile_3_and_enough_for_all(
    secure: Platform, authority: Authority, profile: int
) -> None:
    await register(secure, profile)
    charger = await secure.connect("CP1", tls=authority.trusting(authority.charger("CP1")))
    assert (await charger.ask("BootNotification", BOOT))["status"] == "Accepted"
    assert await in_force(secure) == CERTIFICATE


@pytest.mark.parametrize("path", ["/CP1", "/CP1/", "/ocpp/CP1", "/%43P1", "/CP1?x=1"])
async def test_the_identity_may_be_the_whole_path(
    secure: Platform, authority: Authority, path: str
) -> None:
    connection = await dial(
        secure.tls_url + path, tls=authority.trusting(), headers=basic("CP1", PASSWORD)
    )
    async with RawCharger(connection) as charger:
        assert await charger.ask("Heartbeat")


@pytest.mark.parametrize(
    ("path", "status"),
    [("/", 404), ("/ocpp", 404), ("/ocpp/", 404), ("/x/CP1", 404), ("/%ff", 400)],
)
async def test_a_bad_path_is_refused_by_tls_too(
    secure: Platform, authority: Authority, path: str, status: int
) -> None:
    with pytest.raises(InvalidStatus) as caught:
        await dial(secure.tls_url + path, tls=authority.trusting())
    assert caught.value.response.status_code == status


async def test_an_unknown_identity_is_not_found(secure: Platform, authority: Authority) -> None:
    context = authority.trusting(authority.charger("STRANGER"))
    with pytest.raises(InvalidStatus) as caught:
        await secure.connect("STRANGER", tls=context)
    assert caught.value.response.status_code == 404


async def test_a_certificate_that_proves_nothing_is_told_why(
    secure: Platform, authority: Authority, tmp_path: Path
) -> None:
    await register(secure, CERTIFICATE)
    strangers = Authority(tmp_path, "Strangers")
    for_servers = ExtendedKeyUsageOID.SERVER_AUTH
    cases = {
        "came without a certificate": None,
        "the certificate is another charge point's": authority.charger("OTHER"),
        "the certificate is expired": authority.charger("CP1", days=-1),
        "from an authority that is not known here": strangers.charger("CP1"),
        "the certificate is not made for clients": authority.charger("CP1", usage=for_servers),
    }
    for problem, identity in cases.items():
        told = await refusal(secure, tls=authority.trusting(identity))
        assert told.startswith("InvalidChargePointCertificate: ")
        assert problem in told


async def test_a_password_does_for_no_certificate(secure: Platform, authority: Authority) -> None:
    await register(secure, CERTIFICATE)
    told = await refusal(secure, password=PASSWORD, tls=authority.trusting())
    assert told == "InvalidChargePointCertificate: came without a certificate"
    assert "certificate" in await refusal(secure, password=PASSWORD)


async def test_a_bad_certificate_does_no_harm_where_a_password_is_asked_for(
    secure: Platform, authority: Authority
) -> None:
    await register(secure, TLS)
    context = authority.trusting(authority.charger("CP1", days=-1))
    await secure.connect("CP1", PASSWORD, tls=context)
    assert await in_force(secure) == TLS
    told = await refusal(secure, password="x" * 20, tls=context)
    assert told == "InvalidCredentials: wrong password"


@pytest.mark.parametrize("profile", [TLS, CERTIFICATE])
async def test_nobody_comes_in_on_a_lower_profile(
    secure: Platform, authority: Authority, profile: int
) -> None:
    await register(secure, profile)
    await refusal(secure, password=PASSWORD)
    await refusal(secure, tls=authority.trusting())


async def test_a_higher_profile_than_asked_for_is_welcome(
    secure: Platform, authority: Authority
) -> None:
    await register(secure, NO_SECURITY)
    await secure.connect("CP1", PASSWORD, tls=authority.trusting())
    assert await in_force(secure) == TLS
    await secure.connect("CP1", PASSWORD)
    assert await in_force(secure) == BASIC
    await secure.connect("CP1", tls=authority.trusting())
    assert await in_force(secure) == NO_SECURITY


async def test_no_security_comes_only_from_where_it_may(make_platform: PlatformMaker) -> None:
    platform = await make_platform(trusted_proxies=("127.0.0.1",))
    await platform.connect("OPEN")
    outside = {"X-Forwarded-For": "198.51.100.7"}
    told = await refusal(platform, "OPEN", headers=outside)
    assert told == "InvalidCredentials: without security, from outside"


async def test_whoever_tries_certificates_too_often_waits(
    secure: Platform, authority: Authority
) -> None:
    await register(secure, CERTIFICATE)
    context = authority.trusting(authority.charger("OTHER"))
    answers = []
    for _ in range(22):
        with pytest.raises(InvalidStatus) as caught:
            await secure.connect("CP1", tls=context)
        answers.append(caught.value.response.status_code)
    assert answers[:20] == [401] * 20
    assert 429 in answers[20:]


async def test_a_trusted_proxy_says_what_tls_has_proven(
    secure: Platform, authority: Authority, tmp_path: Path
) -> None:
    await register(secure, TLS)
    await secure.connect("CP1", headers={**forwarded(), **basic("CP1", PASSWORD)})
    assert await in_force(secure) == TLS
    await register(secure, CERTIFICATE)
    await secure.connect("CP1", headers=forwarded(authority.charger("CP1")))
    assert await in_force(secure) == CERTIFICATE
    strangers = Authority(tmp_path, "Strangers").charger("CP1")
    assert "not known here" in await refusal(secure, headers=forwarded(strangers))
    assert "another" in await refusal(secure, headers=forwarded(authority.charger("OTHER")))


async def test_nobody_else_says_it(make_platform: PlatformMaker, authority: Authority) -> None:
    platform = await make_platform(trusted_proxies=("10.0.0.1",), **tls_settings(authority))
    await register(platform, TLS)
    headers = {**forwarded(), **basic("CP1", PASSWORD)}
    assert "came without" in await refusal(platform, headers=headers)
    await register(platform, CERTIFICATE)
    headers = forwarded(authority.charger("CP1"))
    assert "without a certificate" in await refusal(platform, headers=headers)


async def test_at_the_plain_port_the_path_begins_with_ocpp(secure: Platform) -> None:
    with pytest.raises(InvalidStatus) as caught:
        await dial(f"{secure.url}/OPEN")
    assert caught.value.response.status_code == 404
    async with RawCharger(await dial(secure.url + path_of("OPEN"))) as charger:
        assert await charger.ask("Heartbeat")
