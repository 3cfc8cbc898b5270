"""The first administrator: an API key and a portal login, made at the first start and kept."""

import json
import os
import secrets
from collections.abc import Mapping
from pathlib import Path
from tempfile import mkstemp
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
    """ValueError names a file that somebody has spoilt."""
    file = data / FILE
    data.mkdir(parents=True, exist_ok=True)
    if not (file.exists() and file.read_text()):
        made = Credentials(secrets.token_urlsafe(32), f"{OPERATOR}:{secrets.token_urlsafe(12)}")
        _write(file, json.dumps(made._asdict(), indent=2))
    try:
        return Credentials(**json.loads(file.read_text()))
    except (TypeError, ValueError) as error:
        raise ValueError(f"{file}: {error}") from None


def _write(file: Path, text: str) -> None:
    """The file as a whole or not at all, whatever cuts the start off; its owner alone reads it."""
    descriptor, beside = mkstemp(dir=file.parent)
    with os.fdopen(descriptor, "w") as written:
        written.write(text)
        written.flush()
        os.fsync(descriptor)
    Path(beside).replace(file)
