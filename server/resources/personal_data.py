"""What messages say of people: the fields that the protos mark as personal.

A person is a user, by resource name. The name itself is a pseudonym and stays.
"""

from collections.abc import Iterator
from functools import cache

from google.protobuf.message import Message

from ampline.v1 import annotations_pb2 as pb
from ampline.v1.user_pb2 import User
from server.resources.descriptors import FieldType, MessageType


def persons_in(message: Message) -> set[str]:
    """The users of whom the message says more than their name."""
    if not tells_of_people(message.DESCRIPTOR):
        return set()
    own = _person(message)
    said = any(is_personal(field) for field, _ in message.ListFields())
    found = {own} if own and said else set()
    return found.union(*(persons_in(part) for part in _parts(message)))


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
    """Whom a message is about: the user that it is, or that its field `user` names."""
    if isinstance(message, User):
        return message.name
    field = message.DESCRIPTOR.fields_by_name.get("user")
    if field is None or field.message_type is not None:
        return ""
    return str(getattr(message, field.name))


def _person_within(message: Message) -> str:
    return next(filter(None, (_person(part) for part in _parts(message))), "")


def _parts(message: Message) -> Iterator[Message]:
    for field, value in message.ListFields():
        if field.message_type is None or field.message_type.GetOptions().map_entry:
            continue
        yield from value if field.is_repeated else (value,)
