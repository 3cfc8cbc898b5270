"""A station turns to another security profile, and asks for its certificate."""

from contextlib import suppress
from dataclasses import replace

from clients.charger.dialect import Charger
from clients.charger.frames import CallError, Disconnected

TLS, CERTIFICATE = 2, 3
"""Security profiles from which on TLS, and a certificate, are needed."""


def can_be_on(station: Charger, profile: int) -> bool:
    """Whether the station has what a security profile takes."""
    security = station.security
    if profile >= TLS and not (security.trusted and security.secure_url):
        return False
    return bool(security.chain if profile == CERTIFICATE else station.address.password)


def turn(station: Charger) -> None:
    """Dials as its security profile says, from the next time on."""
    profile = station.configuration.count("SecurityProfile")
    if profile >= TLS:
        url, context = station.security.secure_url, station.security.context()
        station.address = replace(station.address, url=url, ssl=context)
    if profile == CERTIFICATE:
        station.address = replace(station.address, password=None)


async def come_back(station: Charger, password: str | None = None) -> None:
    """Dials again as its security profile says, and with the new password if there is one."""
    if password is not None:
        station.address = replace(station.address, password=password)
    turn(station)
    await station.disconnect()
    if not station.automatic:
        await station.connect()


async def ask_for_certificate(station: Charger) -> None:
    """SignCertificate, with a new key."""
    request = station.security.request(station.identity)
    with suppress(CallError, Disconnected, TimeoutError):
        await station.call("SignCertificate", {"csr": request})


async def ask_once_accepted(station: Charger) -> None:
    """Asks for a certificate when the station has booted."""
    await station.until(lambda: station.accepted, None)
    await ask_for_certificate(station)
