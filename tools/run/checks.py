"""What is wrong with the settings, told before anything is started."""

import re
import ssl
from collections.abc import Sequence
from ipaddress import ip_address
from pathlib import Path

from portal.settings import Settings as PortalSettings
from server import environment as read
from server.settings import from_environment
from tools.run.platform import Platform

_ORIGIN = re.compile(r"[a-z][a-z0-9+.-]*://[^/\s]+")


def check(platform: Platform) -> None:
    """ValueError names a setting that is wrong, whichever part goes by it."""
    _check_public_port(platform)
    _check_ports(platform)
    read.choice(platform.environment, "AMPLINE_DEMO", ("1", "0"))
    from_environment(platform.server().environment)
    PortalSettings.from_environment(platform.portal().environment)


def _check_public_port(platform: Platform) -> None:
    try:
        ip_address(platform.listen)
    except ValueError:
        raise ValueError(f"AMPLINE_LISTEN: {platform.listen!r} is no IP address") from None
    read.number(platform.environment, "AMPLINE_PROXIES_IN_FRONT", 0)
    if platform.has_tls:
        _check_tls(read.paths(platform.environment, "AMPLINE_TLS"))
    for origin in read.words(platform.environment, "AMPLINE_CORS_ORIGINS"):
        if origin != "*" and not _ORIGIN.fullmatch(origin):
            raise ValueError(f"AMPLINE_CORS_ORIGINS: {origin!r} is no origin, as https://a.example")


def _check_tls(files: Sequence[Path]) -> None:
    if len(files) != 2:
        raise ValueError("AMPLINE_TLS: must be two files, certificate.pem,key.pem")
    certificate, key = files
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    try:  # without a password, a key that has one would have us ask for it at the terminal
        context.load_cert_chain(certificate, key, password="")
    except ssl.SSLError as error:
        raise ValueError(f"AMPLINE_TLS: no certificate with its key: {error}") from None


def _check_ports(platform: Platform) -> None:
    used: dict[int, str] = {}
    for name in platform.ports:
        port = platform.port(name)
        if port in used:
            raise ValueError(f"{name}: {port} is the port of {used[port]}")
        used[port] = name
