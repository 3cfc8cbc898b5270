"""A simulated station climbs the security profiles: a password, TLS, a certificate of its own."""

from functools import partial
from pathlib import Path

import pytest

from clients.charger import Station
from clients.charger.dialect import Dialect
from clients.charger.ocpp16 import Ocpp16
from clients.charger.ocpp201 import Ocpp201
from clients.charger.security import Security
from server.domain import commands
from server.domain.certificates import CertificateUse
from server.domain.commands import Command, CommandAnswer, TriggeredMessage
from server.domain.security_commands import SecurityProfile, SetPassword, SetSecurityProfile
from server.pki.own import kept_or_made
from server.store import models
from server.work.access.passwords import hash_charger_password
from server.work.stations import security_profiles
from tests.ocpp.authority import Authority, pem_of, tls_settings
from tests.ocpp.conftest import PASSWORD, Platform, PlatformMaker
from tests.ocpp.secured import CERTIFICATE, TLS
from tests.ocpp.test_signing import VALIDITY, Clockwork

CP1 = "chargePoints/CP1"
NEW = "00112233445566778899aabbccddeeff00112233"


async def told(platform: Platform, command: Command) -> CommandAnswer:
    """What the station answers."""
    return await platform.bridge.stations.command(CP1, command, 10)


async def until_on(platform: Platform, profile: int, column: str) -> None:
    """Waits until the station's row says so."""

    async def holds() -> bool:
        row = await platform.one(models.ChargePoint, models.ChargePoint.name == CP1)
        return bool(getattr(row, column) == profile)

    await platform.until(holds)


@pytest.mark.parametrize("dialect", [Ocpp16, Ocpp201])
async def test_a_station_climbs_to_the_highest_profile(
    make_platform: PlatformMaker, authority: Authority, tmp_path: Path, dialect: type[Dialect]
) -> None:
    own = kept_or_made(tmp_path / "data", VALIDITY)
    settings = {**tls_settings(authority), "ocpp_client_authorities": ()}
    platform = await make_platform(authorities=own.chain, **settings)
    clockwork = Clockwork(platform, own)
    security, spoken = Security(secure_url=platform.tls_url), dialect()
    url = f"{platform.url}/ocpp"
    async with Station(url, "CP1", PASSWORD, security=security, dialect=spoken) as station:
        await station.boot()

        up = SetSecurityProfile(SecurityProfile.TLS_BASIC_AUTH, platform.tls_url)
        assert (await told(platform, up)).status == "Rejected"  # it trusts nobody yet
        root = commands.InstallCertificate(
            CertificateUse.CENTRAL_SYSTEM_ROOT, pem_of(authority.certificate)
        )
        assert (await told(platform, root)).accepted
        assert (await told(platform, up)).accepted
        await until_on(platform, TLS, "security_profile_in_force")

        top = SetSecurityProfile(SecurityProfile.TLS_CLIENT_CERTIFICATE, platform.tls_url)
        assert (await told(platform, top)).status == "Rejected"  # it has no certificate yet
        renew = commands.ExtendedTriggerMessage(TriggeredMessage.SIGN_CERTIFICATE)
        assert (await told(platform, renew)).accepted

        async def asked() -> bool:
            return bool(await platform.rows(models.ChargePointCertificate))

        await platform.until(asked)
        await clockwork.tick()
        await clockwork.tick()
        assert security.chain
        assert (await told(platform, top)).accepted
        await until_on(platform, CERTIFICATE, "security_profile_in_force")
        await station.until(lambda: station.online)
        assert (await station.call("Heartbeat"))["currentTime"]
        assert (await told(platform, up)).status == "Rejected"  # never lower


async def test_a_station_takes_a_password(platform: Platform) -> None:
    async with Station(f"{platform.url}/ocpp", "CP1", PASSWORD) as station:
        await station.boot()
        first, kept = station.link, hash_charger_password(NEW)
        promise = partial(security_profiles.promise, charge_point=CP1, password_hash=kept)
        await platform.lane.write(promise)  # as the API does before
        assert (await told(platform, SetPassword(NEW))).accepted
        await station.until(lambda: station.link is not first and station.online)
        assert station.address.password == NEW


@pytest.mark.parametrize("dialect", [Ocpp16, Ocpp201])
async def test_a_station_says_which_roots_it_trusts(
    platform: Platform, tmp_path: Path, dialect: type[Dialect]
) -> None:
    root, spoken = Authority(tmp_path), dialect()
    security, url = Security(pem_of(root.certificate)), f"{platform.url}/ocpp"
    async with Station(url, "CP1", PASSWORD, security=security, dialect=spoken) as station:
        await station.boot()
        ask = commands.GetInstalledCertificates(CertificateUse.CENTRAL_SYSTEM_ROOT)
        (found,) = (await told(platform, ask)).certificates
        assert found.serial_number == f"{root.certificate.serial_number:x}"
        assert (await told(platform, commands.DeleteCertificate(found))).accepted
        assert (await told(platform, ask)).certificates == ()
        assert (await told(platform, commands.DeleteCertificate(found))).status == "NotFound"


async def test_a_station_begins_with_what_it_is_given(
    secure: Platform, authority: Authority
) -> None:
    await secure.update(models.ChargePoint, CP1, security_profile=CERTIFICATE)
    identity = authority.charger("CP1")
    security = Security(
        authority.file.read_text(), identity.certificate.read_text(), identity.key.read_text()
    )
    async with Station(secure.tls_url, "CP1", security=security) as station:
        assert (await station.boot())["status"] == "Accepted"
