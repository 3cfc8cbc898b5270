"""Passwords: of chargers, checked by the thousand, and of operators, checked now and then.

A charger's password is 16 to 40 bytes that a machine drew, so guessing is out of
reach whatever the hash costs; after a power cut thousands of chargers come back at
once and each has to be checked. Its scrypt is therefore light (256 KiB, well under a
millisecond), and there for the passwords that somebody made up after all. People
make up their own, so an operator's argon2id is as heavy as its authors advise.

All of these block: call the operator's ones on a thread.
"""

import hashlib
import hmac
import os

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError

_COST = {"n": 256, "r": 8, "p": 1}
_FORM = "scrypt$256$8$1"
_argon2 = PasswordHasher()


def hash_charger_password(password: str) -> str:
    """What to keep of a charger's password."""
    salt = os.urandom(16)
    return f"{_FORM}${salt.hex()}${_scrypt(password, salt).hex()}"


def is_charger_password(password: str, kept: str) -> bool:
    """Whether this is the password of which `kept` was kept."""
    form, salt, digest = kept.rsplit("$", 2)
    if form != _FORM:
        raise ValueError("kept in a form that is not known")
    return hmac.compare_digest(_scrypt(password, bytes.fromhex(salt)).hex(), digest)


def hash_operator_password(password: str) -> str:
    """What to keep of an operator's password."""
    return _argon2.hash(password)


def is_operator_password(password: str, kept: str) -> bool:
    """Whether this is the password of which `kept` was kept."""
    try:
        return _argon2.verify(kept, password)
    except VerificationError:
        return False


def _scrypt(password: str, salt: bytes) -> bytes:
    return hashlib.scrypt(password.encode(), salt=salt, dklen=32, **_COST)
