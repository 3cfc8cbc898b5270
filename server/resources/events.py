"""Events: what is told in the transaction of a change, and the rows that come of it.

The body of an event is everything that is known when it is told. Its place in the
log is not: name, record time and cursor are added when the row is read, and so is the
partner, which is a column that no body needs.
"""

from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple, Protocol

from google.protobuf.message import Message

from ampline.v1.event_pb2 import Event, ResourceChanged
from server.resources import cursor, wire
from server.resources.descriptors import FieldType, MessageType, type_name
from server.resources.personal_data import persons_in
from server.store.outbox import Told


class Row(Protocol):
    """What a row of the event log must have to become an event."""

    @property
    def position(self) -> int:
        """Its place in the log."""

    @property
    def partner(self) -> str | None:
        """The partner concerned."""

    @property
    def record_time(self) -> int:
        """When it was stored, in microseconds."""

    @property
    def body(self) -> bytes:
        """What was told."""


def _fields_by_message(message: MessageType, oneof: str) -> dict[str | None, FieldType]:
    """Which field of the oneof takes a message of which type."""
    return {type_name(field): field for field in message.oneofs_by_name[oneof].fields}


_MOST_HEADS = 8192
_PAYLOADS = _fields_by_message(Event.DESCRIPTOR, "payload")
_RESOURCES = _fields_by_message(ResourceChanged.DESCRIPTOR, "resource")
_WRITE_PAYLOAD = {name: wire.body(field.number) for name, field in _PAYLOADS.items()}
_NUMBERS = {name: field.number for name, field in Event.DESCRIPTOR.fields_by_name.items()}
_NAME, _TYPE, _SUBJECT = (wire.text(_NUMBERS[name]) for name in ("name", "type", "subject"))
_TIME, _RECORD_TIME = (wire.timestamp(_NUMBERS[name]) for name in ("time", "record_time"))
_CHARGE_POINT, _LOCATION = (wire.text(_NUMBERS[name]) for name in ("charge_point", "location"))
_CURSOR, _PARTNER = (wire.text(_NUMBERS[name]) for name in ("cursor", "partner"))


class Written(NamedTuple):
    """A payload that is serialized already, and the user of whom it says more than the name."""

    message: type[Message]
    body: bytes
    person: str | None = None


def event(
    type: str,  # noqa: A002 - the field's word
    subject: str,
    payload: Message | Written,
    time_us: int,
    *,
    charge_point: str | None = None,
    location: str | None = None,
    partner: str | None = None,
) -> Told:
    """An event to be told; `payload` is one of the messages of `Event.payload`.

    `subject`, `charge_point`, `location` and `partner` are resource names; `time_us` is when it
    happened, in microseconds since 1970.
    """
    if not isinstance(payload, Written):
        person = next(iter(persons_in(payload)), None)
        payload = Written(payload.__class__, payload.SerializeToString(), person)
    body = (
        _head(type, subject, charge_point or "", location or "")
        + _TIME(time_us)
        + _WRITE_PAYLOAD[payload.message.DESCRIPTOR.full_name](payload.body)
    )
    where = (charge_point or None, location or None, partner or None)
    return Told(type, subject, body, *where, payload.person)


@lru_cache(_MOST_HEADS)
def _head(type: str, subject: str, charge_point: str, location: str) -> bytes:  # noqa: A002 - as above
    """What is the same in all events of a kind about the same thing."""
    where = (_CHARGE_POINT(charge_point) if charge_point else b"") + (
        _LOCATION(location) if location else b""
    )
    return _TYPE(type) + _SUBJECT(subject) + where


def resource_changed(
    change: str,
    resource: Message,
    time_us: int,
    *,
    changed_fields: Iterable[str] = (),
    reason: str = "",
    charge_point: str | None = None,
    location: str | None = None,
    partner: str | None = None,
) -> Told:
    """`<resource>.created`, `.updated` or `.deleted`; `change` is the word behind the dot.

    `resource` is a message of `ResourceChanged.resource`, as it is after the change; before it,
    if it was deleted.
    """
    field = _RESOURCES[resource.DESCRIPTOR.full_name]
    payload = ResourceChanged(changed_fields=changed_fields, reason=reason)
    getattr(payload, field.name).CopyFrom(resource)
    name: str = resource.name  # type: ignore[attr-defined] # every resource has one
    return event(
        f"{field.name}.{change}",
        name,
        payload,
        time_us,
        charge_point=charge_point,
        location=location,
        partner=partner,
    )


def to_bytes(row: Row) -> bytes:
    """A row of the log as a serialized ampline.v1.Event."""
    return b"".join(
        (
            bytes(row.body),
            _NAME(f"events/{row.position}"),
            _RECORD_TIME(row.record_time),
            _CURSOR(cursor.encode(row.position)),
            _PARTNER(row.partner) if row.partner else b"",
        )
    )


def to_event(row: Row) -> Event:
    """A row of the log as an event."""
    return Event.FromString(to_bytes(row))
