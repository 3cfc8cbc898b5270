"""The cursor of an event: its position in the log, in a form that says nothing.

Nobody outside is to count with it, and one that was mistyped or cut is recognised.
"""

import base64
import binascii
import struct
import zlib

_FORM = struct.Struct(">QH")


def encode(position: int) -> str:
    """The cursor that stands behind the event at `position`."""
    return base64.urlsafe_b64encode(_FORM.pack(position, _check(position))).decode().rstrip("=")


def decode(cursor: str) -> int:
    """The position that the cursor stands behind. ValueError if we never made it."""
    try:
        whole = base64.b64decode(cursor + "==", altchars="-_", validate=True)
        position, check = _FORM.unpack(whole)
    except (binascii.Error, struct.error, ValueError) as error:
        raise ValueError("not a cursor") from error
    if check != _check(position):
        raise ValueError("not a cursor")
    return int(position)


def _check(position: int) -> int:
    return zlib.crc32(position.to_bytes(8)) & 0xFFFF
