"""Ids that the server makes."""

import os
import time

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford's base 32, in lower case


def new_id() -> str:
    """A time-ordered id of 26 letters: 48 bits of milliseconds, then 80 random ones (a ULID)."""
    number = time.time_ns() // 1_000_000 << 80 | int.from_bytes(os.urandom(10))
    return "".join(_ALPHABET[number >> shift & 31] for shift in range(125, -1, -5))


def new_name(collection: str) -> str:
    """A resource name for something new in a collection, such as `sessions`."""
    return f"{collection}/{new_id()}"
