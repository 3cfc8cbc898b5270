"""The bridge's own TLS port: what is spoken there, and with which certificates."""

import asyncio
import ssl
from collections.abc import Callable
from pathlib import Path

import pytest

from server.ocpp.gate.tls import Tls
from tests.ocpp.authority import Authority, tls_settings
from tests.ocpp.conftest import PASSWORD, Platform, PlatformMaker
from tests.ocpp.secured import (
    CERTIFICATE,
    refusal,
    register,
)


def only(version: ssl.TLSVersion, ciphers: str, context: ssl.SSLContext) -> ssl.SSLContext:
    """A client that can do nothing else."""
    context.minimum_version = context.maximum_version = version
    context.set_ciphers(ciphers)
    return context


@pytest.mark.parametrize(
    ("version", "cipher"),
    [
        (ssl.TLSVersion.TLSv1_2, "ECDHE-ECDSA-AES128-GCM-SHA256"),
        (ssl.TLSVersion.TLSv1_2, "ECDHE-ECDSA-AES256-GCM-SHA384"),
        (ssl.TLSVersion.TLSv1_3, "DEFAULT"),
    ],
)
async def test_what_tls_is_spoken(
    secure: Platform, authority: Authority, version: ssl.TLSVersion, cipher: str
) -> None:
    context = only(version, cipher, authority.trusting(authority.charger("CP1")))
    charger = await secure.connect("CP1", tls=context)
    assert await charger.ask("Heartbeat")


@pytest.mark.parametrize(
    ("version", "cipher", "kind"),
    [
        (ssl.TLSVersion.TLSv1_1, "DEFAULT:@SECLEVEL=0", "InvalidTLSVersion"),
        (ssl.TLSVersion.TLSv1_2, "ECDHE-ECDSA-CHACHA20-POLY1305", "InvalidTLSCipherSuite"),
    ],
)
async def test_what_tls_is_not_spoken(
    secure: Platform, authority: Authority, version: ssl.TLSVersion, cipher: str, kind: str
) -> None:
    with pytest.raises((ssl.SSLError, ConnectionError)):
        await secure.connect("CP1", tls=only(version, cipher, authority.trusting()))

    async def told() -> bool:
        return bool(await secure.events("charge_point.security_event"))

    await secure.until(told)
    (event,) = await secure.events("charge_point.security_event")
    assert event.charge_point_security_event.type == kind
    assert event.charge_point_security_event.remote_address == "127.0.0.1"


async def test_who_speaks_no_tls_is_not_answered(secure: Platform) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", secure.bridge.tls_port)
    writer.write(b"GET /CP1 HTTP/1.1\r\nHost: x\r\n\r\n")
    async with asyncio.timeout(10):
        assert b"HTTP" not in await reader.read()
    writer.close()


async def test_a_long_conversation_by_tls(secure: Platform, authority: Authority) -> None:
    charger = await secure.connect("CP1", PASSWORD, tls=authority.trusting())
    data = {"vendorId": "V", "data": "x" * 200_000}
    for _ in range(3):
        assert await charger.ask("DataTransfer", data) == {"status": "UnknownVendorId"}
    await charger.send([2, "big", "DataTransfer", {"vendorId": "V", "data": "x" * 2**20}])
    assert await charger.closed() == 1009


async def test_a_charger_by_tls_leaves_and_is_sent_away(
    secure: Platform, authority: Authority
) -> None:
    charger = await secure.connect("CP1", PASSWORD, tls=authority.trusting())
    await charger.hang_up()

    async def gone() -> bool:
        return len(secure.bridge.stations) == 0

    await secure.until(gone)
    again = await secure.connect("CP1", PASSWORD, tls=authority.trusting())
    assert await secure.bridge.stations.disconnect("chargePoints/CP1", "for a test")
    assert await again.closed() == 1001


def tls_of(platform: Platform) -> Tls:
    """The bridge's TLS."""
    assert platform.bridge._tls is not None
    return platform.bridge._tls


Change = Callable[[Platform], None]


@pytest.mark.parametrize(
    "noticed",
    [
        lambda platform: platform.bridge._tls.reload(),
        lambda platform: platform.bridge._tls.look_again(),
    ],
    ids=["told", "seen"],
)
async def test_a_new_certificate_is_taken_without_a_restart(
    make_platform: PlatformMaker, authority: Authority, tmp_path: Path, noticed: Change
) -> None:
    own, newer = authority.server(), Authority(tmp_path, "Newer root")
    platform = await make_platform(**tls_settings(authority, own))
    before = await platform.connect("CP1", PASSWORD, tls=authority.trusting())
    replacement = newer.server("newer")
    replacement.certificate.replace(own.certificate)
    replacement.key.replace(own.key)
    noticed(platform)
    other = await platform.connect("OTHER", tls=newer.trusting())
    assert await other.ask("Heartbeat")
    with pytest.raises(ssl.SSLError):
        await platform.connect("CP1", PASSWORD, tls=authority.trusting())
    assert await before.ask("Heartbeat")


async def test_a_broken_certificate_leaves_what_was(
    make_platform: PlatformMaker, authority: Authority
) -> None:
    own = authority.server()
    platform = await make_platform(**tls_settings(authority, own))
    own.certificate.write_text("nothing of the kind")
    tls_of(platform).reload()
    charger = await platform.connect("CP1", PASSWORD, tls=authority.trusting())
    assert await charger.ask("Heartbeat")


async def test_a_list_of_revoked_certificates_counts(
    make_platform: PlatformMaker, authority: Authority
) -> None:
    good, bad = authority.charger("CP1"), authority.charger("OTHER")
    settings = tls_settings(authority)
    settings["ocpp_client_authorities"] = (authority.revoked(bad),)
    platform = await make_platform(**settings)
    await register(platform, CERTIFICATE)
    await register(platform, CERTIFICATE, "OTHER")
    await platform.connect("CP1", tls=authority.trusting(good))
    assert "revoked" in await refusal(platform, "OTHER", tls=authority.trusting(bad))
