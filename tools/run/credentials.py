"""The first administrator: an API key and a portal login, made at the first start and kept."""

import json
import os
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

FILE = "credentials.json"
OPERATOR = "admin"


class Credentials(NamedTuple):
    """What opens everything."""

    key: str
    """An API key with the role of an administrator."""
    operator: str
    """`username:password` of an administrator of the portal."""


def credentials(data: Path, environment: Mapping[str, str]) -> Credentials:
    """Those of the environment, else those that are kept in `data`, else new ones."""
    kept = _kept(data)
    return Credentials(
        environment.get("AMPLINE_BOOTSTRAP_KEY") or kept.key,
        environment.get("AMPLINE_BOOTSTRAP_OPERATOR") or kept.operator,
    )


def _kept(data: Path) -> Credentials:
    file = data / FILE
    data.mkdir(parents=True, exist_ok=True)
    try:
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return Credentials(**json.loads(file.read_text()))
    made = Credentials(secrets.token_urlsafe(32), f"{OPERATOR}:{secrets.token_urlsafe(12)}")
    with os.fdopen(descriptor, "w") as text:
        json.dump(made._asdict(), text, indent=2)
    return made
