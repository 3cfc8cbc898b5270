"""The frames that nearly all messages come and go in: one, whole, text (RFC 6455, section 5.2).

Whatever else comes is the `websockets` package's to read. Its parser waits in four generators for
bytes that are all there: it took 7 of the 34 µs that a message used of the event loop.
"""

from websockets.frames import Frame

try:
    from websockets.speedups import apply_mask
except ImportError:  # it is compiled where it can be
    from websockets.utils import apply_mask

_WHOLE_TEXT, _MASKED = 0x81, 0x80
_SHORT, _LONG = 126, 1 << 16
"""The lengths from which on a length takes two, and eight, more bytes."""


def read(data: bytes) -> bytes | None:
    """The message of a charger's frame, if the bytes are a whole one of text and no more."""
    if len(data) < 6 or data[0] != _WHOLE_TEXT:
        return None
    size, start = data[1] - _MASKED, 6
    if size == _SHORT:
        size, start = int.from_bytes(data[2:4]), 8
    if size < 0 or len(data) != start + size:
        return None
    return apply_mask(data[start:], data[start - 4 : start])


def text(message: bytes) -> bytes:
    """A frame of ours."""
    size = len(message)
    if size < _SHORT:
        return bytes((_WHOLE_TEXT, size)) + message
    if size < _LONG:
        return b"\x81\x7e" + size.to_bytes(2) + message
    return b"\x81\x7f" + size.to_bytes(8) + message


def size_of(frame: Frame) -> int:
    """The bytes that a charger's frame takes, written as short as can be."""
    size = len(frame.data)
    return size + (6 if size < _SHORT else 8 if size < _LONG else 14)
