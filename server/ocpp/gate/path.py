"""The identity in the path of a charger's URL, percent-encoded.

It is `/ocpp/{identity}`; where nobody but chargers calls, at the TLS port, also `/{identity}`.
"""

import unicodedata
from urllib.parse import unquote_to_bytes

PREFIX = "/ocpp/"
LONGEST = 255


class BadPathError(ValueError):
    """The path cannot be decoded."""


def identity(path: str, alone: bool = False) -> str | None:
    """The decoded identity; None if the path is none of a charger's. BadPathError: bad encoding.

    `alone`: the identity may be the whole path.
    """
    bare = f"{path.partition('?')[0].rstrip('/')}/"
    if bare.startswith(PREFIX):
        encoded = bare.removeprefix(PREFIX).rstrip("/")
    else:
        encoded = bare.strip("/") if alone else ""
    if not encoded or "/" in encoded:
        return None
    _check_percents(encoded)
    try:
        decoded = unquote_to_bytes(encoded).decode("utf-8")
    except UnicodeDecodeError:
        raise BadPathError("the identity is not UTF-8") from None
    if any(unicodedata.category(letter) == "Cc" for letter in decoded):
        raise BadPathError("the identity has control characters")
    return decoded if len(decoded) <= LONGEST else None


def _check_percents(encoded: str) -> None:
    for part in encoded.split("%")[1:]:
        try:
            bytes.fromhex(part[:2].ljust(2, "?"))
        except ValueError:
            raise BadPathError("the identity is badly percent-encoded") from None
