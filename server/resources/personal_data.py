"""What messages say of people: the fields that the protos mark as personal.

A person is a user, by resource name. The name itself is a pseudonym and stays.
"""

from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from functools import cache
from typing import NamedTuple

from google.protobuf.message import Message

from ampline.v1 import annotations_pb2 as pb
from ampline.v1.user_pb2 import User
from server.resources.descriptors import FieldType, MessageType


class _Plan(NamedTuple):
    """Where messages of one type say something of people: names of fields."""

    person: str
    """Whom such a message is about; empty = nobody."""
    words: tuple[str, ...]
    """What is personal, of fields that are no messages."""
    messages: tuple[str, ...]
    """What is personal, of those that are."""
    part: tuple[str, ...]
    parts: tuple[str, ...]
    """Messages that may say something themselves: one, or many."""


def persons_in(message: Message) -> AbstractSet[str]:
    """The users of whom the message says more than their name."""
    plan = _plan(message.DESCRIPTOR)
    if plan is None:
        return _NOBODY
    found: AbstractSet[str] = _NOBODY
    own: str = getattr(message, plan.person) if plan.person else ""
    if own and (
        any(getattr(message, name) for name in plan.words)
        or any(map(message.HasField, plan.messages))
    ):
        found = {own}
    for name in plan.part:
        if message.HasField(name):
            found |= persons_in(getattr(message, name))
    for name in plan.parts:
        for part in getattr(message, name):
            found |= persons_in(part)
    return found


_NOBODY: frozenset[str] = frozenset()


@cache
def _plan(descriptor: MessageType) -> _Plan | None:
    if not tells_of_people(descriptor):
        return None
    personal = [field for field in descriptor.fields if is_personal(field)]
    within = [
        field
        for field in descriptor.fields
        if field.message_type and not _is_map(field) and tells_of_people(field.message_type)
    ]
    return _Plan(
        _person_field(descriptor),
        tuple(field.name for field in personal if not _is_message(field)),
        tuple(field.name for field in personal if _is_message(field)),
        tuple(field.name for field in within if not field.is_repeated),
        tuple(field.name for field in within if field.is_repeated),
    )


def _is_message(field: FieldType) -> bool:
    return field.message_type is not None and not field.is_repeated


def _is_map(field: FieldType) -> bool:
    return field.message_type is not None and bool(field.message_type.GetOptions().map_entry)


def forget(message: Message, person: str) -> None:
    """Takes what the message says of the person out of it."""
    if not tells_of_people(message.DESCRIPTOR):
        return
    if person == (_person(message) or _person_within(message)):
        for field, _ in message.ListFields():
            if is_personal(field):
                message.ClearField(field.name)
    for part in _parts(message):
        forget(part, person)


@cache
def is_personal(field: FieldType) -> bool:
    """Whether the field is marked `(ampline.v1.personal)`."""
    return bool(field.GetOptions().Extensions[pb.personal])


@cache
def tells_of_people(descriptor: MessageType, above: tuple[str, ...] = ()) -> bool:
    """Whether messages of that type can say anything of a person."""
    if descriptor.full_name in above:
        return False
    within = (*above, descriptor.full_name)
    return any(
        is_personal(field) or (field.message_type and tells_of_people(field.message_type, within))
        for field in descriptor.fields
    )


def _person(message: Message) -> str:
    name = _person_field(message.DESCRIPTOR)
    return str(getattr(message, name)) if name else ""


@cache
def _person_field(descriptor: MessageType) -> str:
    """Whom a message is about: the user that it is, or that its field `user` names."""
    if descriptor is User.DESCRIPTOR:
        return "name"
    field = descriptor.fields_by_name.get("user")
    return "" if field is None or field.message_type is not None else "user"


def _person_within(message: Message) -> str:
    return next(filter(None, (_person(part) for part in _parts(message))), "")


def _parts(message: Message) -> Iterator[Message]:
    for field, value in message.ListFields():
        if field.message_type is None or _is_map(field):
            continue
        yield from value if field.is_repeated else (value,)
