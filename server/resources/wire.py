"""Writes fields in protobuf's wire format, straight from what the columns hold.

A row becomes the bytes of its message without a message being built: every field is
written by an encoder made for it once, and a BLOB column already holds the field as
it goes out. Bytes are what gRPC sends and what an event keeps; whoever needs the
message itself parses them, in C.
"""

import struct
from collections.abc import Callable
from typing import Any

Encoder = Callable[[Any], bytes]
"""A column's value, never None, to the bytes of the field with its tag."""

_VARINT, _FIXED64, _LENGTH = 0, 1, 2
_MILLION = 1_000_000
_WORD = 1 << 64
_BIT_7 = 0x80
_SHORT = 1 << 14


def varint(number: int) -> bytes:
    """The number in base 128, least significant digit first; negative ones as 64 bits."""
    if 0 <= number < _SHORT:
        return _SHORT_VARINTS[number]
    return _varint(number % _WORD)


def _varint(number: int) -> bytes:
    digits = bytearray()
    while number >= _BIT_7:
        digits.append(number & 0x7F | _BIT_7)
        number >>= 7
    digits.append(number)
    return bytes(digits)


_SHORT_VARINTS = tuple(_varint(number) for number in range(_SHORT))


def tag(number: int, wire_type: int = _LENGTH) -> bytes:
    """What stands before a field: its number and how its length is known."""
    return varint(number << 3 | wire_type)


def text(number: int) -> Encoder:
    """A string."""
    prefix = tag(number)

    def encode(value: str) -> bytes:
        body = value.encode()
        return prefix + varint(len(body)) + body

    return encode


def body(number: int) -> Encoder:
    """A message that is already serialized."""
    prefix = tag(number)

    def encode(value: bytes) -> bytes:
        return prefix + varint(len(value)) + value

    return encode


def whole_number(number: int) -> Encoder:
    """An int32, int64, bool or enum."""
    prefix = tag(number, _VARINT)

    def encode(value: int) -> bytes:
        return prefix + varint(value)

    return encode


def real_number(number: int) -> Encoder:
    """A double."""
    prefix = tag(number, _FIXED64)

    def encode(value: float) -> bytes:
        return prefix + struct.pack("<d", value)

    return encode


def timestamp(number: int) -> Encoder:
    """A google.protobuf.Timestamp of microseconds since 1970."""
    prefix = tag(number)

    def encode(us: int) -> bytes:
        seconds, micros = divmod(us, _MILLION)
        moment = b"\x08" + varint(seconds) + (b"\x10" + varint(micros * 1000) if micros else b"")
        return prefix + varint(len(moment)) + moment

    return encode


def duration(number: int) -> Encoder:
    """A google.protobuf.Duration of microseconds; both its numbers have the same sign."""
    prefix = tag(number)

    def encode(us: int) -> bytes:
        seconds, micros = divmod(abs(us), _MILLION)
        sign = -1 if us < 0 else 1
        length = _numbers((1, sign * seconds), (2, sign * micros * 1000))
        return prefix + varint(len(length)) + length

    return encode


def money(number: int) -> Encoder:
    """A google.type.Money of a currency and millionths of its unit."""
    prefix = tag(number)
    currency_code = text(1)

    def encode(value: tuple[str, int]) -> bytes:
        currency, micros = value
        units, rest = divmod(abs(micros), _MILLION)
        sign = -1 if micros < 0 else 1
        amount = currency_code(currency) + _numbers((2, sign * units), (3, sign * rest * 1000))
        return prefix + varint(len(amount)) + amount

    return encode


def as_it_is(value: bytes) -> bytes:
    """A field that is kept as it goes out, tag and all."""
    return value


def _numbers(*fields: tuple[int, int]) -> bytes:
    return b"".join(tag(number, _VARINT) + varint(value) for number, value in fields if value)
