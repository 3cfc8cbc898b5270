"""What the portal is told from outside, read once."""

import os
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkstemp

KEPT_IN = "portal-secret"
_TILES = re.compile(r"https?://\S*\{z\}\S*")


@dataclass(frozen=True)
class Settings:
    """Everything that differs from one portal to the next."""

    secret: str
    """Signs the cookies: whoever has it can forge a sign-in."""
    api_address: str = "127.0.0.1:8081"
    """`host:port` of the gRPC server."""
    host: str = "127.0.0.1"
    """Where to listen."""
    port: int = 8083
    """Where to listen."""
    map_tiles: str = ""
    """`https://…/{z}/{x}/{y}.png`: whose tiles the map shows; empty: outlines of its own."""
    map_attribution: str = ""
    """Whom the map thanks for them."""

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> "Settings":
        """Reads AMPLINE_API_ADDRESS, AMPLINE_PORTAL_HOST, _PORT and _SECRET, AMPLINE_MAP_TILES and
        _ATTRIBUTION, and AMPLINE_DATA. ValueError names the one that is wrong."""
        data = Path(environment.get("AMPLINE_DATA") or "var")
        tiles = environment.get("AMPLINE_MAP_TILES") or ""
        if tiles and not _TILES.fullmatch(tiles):
            raise ValueError(
                "AMPLINE_MAP_TILES: is no URL such as https://tiles.example/{z}/{x}/{y}.png"
            )
        return cls(
            secret=environment.get("AMPLINE_PORTAL_SECRET") or kept_secret(data),
            api_address=environment.get("AMPLINE_API_ADDRESS") or cls.api_address,
            host=environment.get("AMPLINE_PORTAL_HOST") or cls.host,
            port=_port(environment.get("AMPLINE_PORTAL_PORT") or str(cls.port)),
            map_tiles=tiles,
            map_attribution=environment.get("AMPLINE_MAP_ATTRIBUTION") or "",
        )


def _port(text: str) -> int:
    if not (text.isdecimal() and 0 < int(text) < 1 << 16):
        raise ValueError(f"AMPLINE_PORTAL_PORT: {text!r} is not a port")
    return int(text)


def kept_secret(data: Path) -> str:
    """A random secret, made at the first start and kept, so that a restart signs nobody out. It is
    there as a whole or not at all, whatever cuts the first start off."""
    file = data / KEPT_IN
    data.mkdir(parents=True, exist_ok=True)
    if not (file.exists() and file.read_text().strip()):
        descriptor, beside = mkstemp(dir=data)  # which its owner alone may read
        with os.fdopen(descriptor, "w") as secret:
            secret.write(secrets.token_urlsafe(48))
            secret.flush()
            os.fsync(descriptor)
        Path(beside).replace(file)
    return file.read_text().strip()
