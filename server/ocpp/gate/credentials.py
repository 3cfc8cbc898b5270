"""HTTP Basic authentication of chargers (security profiles 1 and 2)."""

import hmac
from base64 import b64decode
from binascii import Error
from collections import OrderedDict
from collections.abc import Callable
from hashlib import blake2b
from secrets import token_bytes

from websockets.http11 import Request

Verify = Callable[[str, str], bool]
"""Whether a password is the one of a stored hash."""

MOST_REMEMBERED = 50_000
LONGEST_BINARY = 20
"""A password is 16 to 40 bytes, and hexadecimal digits are twice as many as their bytes."""


def presented(request: Request, identity: str) -> bytes | None:
    """The password in the request; None if there is none, or it is another identity's.

    Security whitepaper for OCPP 1.6, A00.FR.204: the user name is the identity.
    """
    given = request.headers.get_all("Authorization")
    scheme, _, encoded = given[0].partition(" ") if len(given) == 1 else ("", "", "")
    if scheme.casefold() != "basic":
        return None
    try:
        user, colon, password = b64decode(encoded.strip(), validate=True).partition(b":")
    except Error:
        return None
    if not colon or not hmac.compare_digest(user, identity.encode()):
        return None
    return password


class Credentials:
    """Checks passwords, and remembers those that were right.

    A charger redials often and a hash may be slow on purpose. Remembered is a keyed digest,
    together with the stored hash, so that a changed password counts at once.
    """

    def __init__(self, verify: Verify) -> None:
        self._verify = verify
        self._key = token_bytes(32)
        self._right: OrderedDict[str, bytes] = OrderedDict()

    def known(self, charge_point: str, stored: str, password: bytes) -> bool:
        """Whether this very password was right before."""
        right = self._right.get(charge_point)
        return right is not None and hmac.compare_digest(right, self._digest(stored, password))

    def check(self, charge_point: str, stored: str, password: bytes) -> bool:
        """Whether the password is right: as text, or as the bytes that a hexadecimal one stands
        for (A00.FR.205)."""
        spellings = _spellings(password)
        if not any(self._verify(stored, spelling) for spelling in spellings):
            return False
        self._right[charge_point] = self._digest(stored, password)
        if len(self._right) > MOST_REMEMBERED:
            self._right.popitem(last=False)
        return True

    def _digest(self, stored: str, password: bytes) -> bytes:
        return blake2b(stored.encode() + b"\0" + password, key=self._key, digest_size=16).digest()


def _spellings(password: bytes) -> list[str]:
    text = password.decode("utf-8", "replace")
    return (
        [text] if len(password) > LONGEST_BINARY else [text, password.hex(), password.hex().upper()]
    )
