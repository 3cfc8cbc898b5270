"""Writes fields in protobuf's wire format, straight from what the columns hold.

A row becomes the bytes of its message without a message being built: every field is
written by an encoder made for it once, and a BLOB column already holds the field as
it goes out. Bytes are what gRPC sends and what an event keeps; whoever needs the
message itself parses them, in C.
"""

import struct
from collections.abc import Callable
from functools import lru_cache
from typing import Any

Encoder = Callable[[Any], bytes]
"""A column's value, never None, to the bytes of the field with its tag."""

VARINT, FIXED64, LENGTH = 0, 1, 2
"""Wire types: how a field's length is known."""
_MILLION = 1_000_000
_WORD = 1 << 64
_MOST_SECONDS = 1024
_SHORT, _LONG, _LONGER = 1 << 14, 1 << 28, 1 << 42
_LOW = _SHORT - 1

# Two digits at a time: a number's last ones, and those before them, which say that more follow.
_LAST = tuple(bytes((n,)) if n < 0x80 else bytes((n & 0x7F | 0x80, n >> 7)) for n in range(_SHORT))
_MORE = tuple(bytes((n & 0x7F | 0x80, n >> 7 | 0x80)) for n in range(_SHORT))


def varint(number: int) -> bytes:
    """The number in base 128, least significant digit first; negative ones as 64 bits."""
    if 0 <= number < _SHORT:
        return _LAST[number]
    if 0 < number < _LONG:
        return _MORE[number & _LOW] + _LAST[number >> 14]
    if 0 < number < _LONGER:
        return _MORE[number & _LOW] + _MORE[number >> 14 & _LOW] + _LAST[number >> 28]
    number %= _WORD
    return _MORE[number & _LOW] + varint(number >> 14)


def tag(number: int, wire_type: int = LENGTH) -> bytes:
    """What stands before a field: its number and how its length is known."""
    return varint(number << 3 | wire_type)


def text(number: int) -> Encoder:
    """A string."""
    prefix = tag(number)

    def encode(value: str) -> bytes:
        data = value.encode()
        return prefix + varint(len(data)) + data

    return encode


def body(number: int) -> Encoder:
    """A message that is already serialized."""
    prefix = tag(number)

    def encode(value: bytes) -> bytes:
        return prefix + varint(len(value)) + value

    return encode


def whole_number(number: int) -> Encoder:
    """An int32 or int64."""
    prefix = tag(number, VARINT)

    def encode(value: int) -> bytes:
        return prefix + varint(value)

    return encode


def choice(number: int) -> Encoder:
    """A bool or an enum, of which the values are few: all of them are written beforehand."""
    prefix = tag(number, VARINT)
    return tuple(prefix + varint(value) for value in range(256)).__getitem__


def real_number(number: int) -> Encoder:
    """A double."""
    prefix = tag(number, FIXED64)

    def encode(value: float) -> bytes:
        return prefix + struct.pack("<d", value)

    return encode


def timestamp(number: int) -> Encoder:
    """A google.protobuf.Timestamp of microseconds since 1970."""
    prefix = tag(number)

    def encode(us: int) -> bytes:
        seconds, micros = divmod(us, _MILLION)
        moment = _seconds(seconds)
        if micros:
            moment += b"\x10" + varint(micros * 1000)
        return prefix + _LAST[len(moment)] + moment

    return encode


@lru_cache(_MOST_SECONDS)
def _seconds(seconds: int) -> bytes:
    """What is the same in all timestamps of a second."""
    return b"\x08" + varint(seconds)


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


as_it_is: Encoder = bytes
"""A field that is kept as it goes out, tag and all."""


def _numbers(*fields: tuple[int, int]) -> bytes:
    return b"".join(tag(number, VARINT) + varint(value) for number, value in fields if value)
