"""The secrets of API keys."""

import secrets
from typing import NamedTuple

from server.domain.access import secret_hash

FORM = "ampline_"
SHOWN = 12
"""How many characters of a secret are kept readable, to tell keys apart."""


class Secret(NamedTuple):
    """What a program sends, and what is kept of it."""

    text: str
    hash: str
    prefix: str


def new_secret() -> Secret:
    """256 random bits, behind a word by which scanners of source code know them."""
    text = FORM + secrets.token_urlsafe(32)
    return Secret(text, secret_hash(text), text[:SHOWN])
