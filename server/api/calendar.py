"""Times and lengths of time that protobuf's encoding can hold and no calendar has.

JSON cannot say them, so only callers of gRPC can.
"""

from collections.abc import Iterator
from functools import cache

from google.protobuf.duration_pb2 import Duration
from google.protobuf.message import Message
from google.protobuf.timestamp_pb2 import Timestamp

from server.resources.descriptors import MessageType

_FIRST, _LAST = -62_135_596_800, 253_402_300_799  # the years 1 and 9999
_LONGEST = 315_576_000_000  # 10,000 years
_NANOS = 1_000_000_000
_KINDS = {Timestamp.DESCRIPTOR.full_name, Duration.DESCRIPTOR.full_name}


def faults_of(message: Message, prefix: str = "") -> Iterator[tuple[str, str]]:
    """Field path -> what is wrong with it."""
    if not _tells_time(message.DESCRIPTOR):
        return
    for field, value in message.ListFields():
        if field.message_type is None or field.message_type.GetOptions().map_entry:
            continue
        for place, each in enumerate(value if field.is_repeated else (value,)):
            path = f"{prefix}{field.name}" + (f"[{place}]" if field.is_repeated else "")
            if problem := _problem(each):
                yield path, problem
            yield from faults_of(each, f"{path}.")


def _problem(value: Message) -> str | None:
    if isinstance(value, Timestamp):
        if not (_FIRST <= value.seconds <= _LAST and 0 <= value.nanos < _NANOS):
            return "must be from the year 1 to the year 9999"
    elif isinstance(value, Duration):
        signs_agree = value.seconds * value.nanos >= 0
        if not (abs(value.seconds) <= _LONGEST and abs(value.nanos) < _NANOS and signs_agree):
            return "must be at most 10,000 years"
    return None


@cache
def _tells_time(descriptor: MessageType, above: tuple[str, ...] = ()) -> bool:
    if descriptor.full_name in above:
        return False
    if descriptor.full_name in _KINDS:
        return True
    within = (*above, descriptor.full_name)
    return any(
        field.message_type is not None and _tells_time(field.message_type, within)
        for field in descriptor.fields
    )
