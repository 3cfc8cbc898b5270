"""Which fields an update is about, and the resource that comes of it.

    an empty mask   the client-writable fields that are present
    `*`             all client-writable fields: a full replacement
    paths           those; a path may lead into a message (`address.locality`)

Output-only fields, the name and the etag are passed over wherever they stand.
"""

from collections.abc import Collection, Iterable, Sequence
from functools import cache
from typing import Any, TypeVar

from google.api.field_behavior_pb2 import IDENTIFIER, IMMUTABLE, INPUT_ONLY, OUTPUT_ONLY, REQUIRED
from google.protobuf.message import Message

from server.api import validation
from server.domain.errors import Outcome, RefusedError, invalid_field
from server.resources.descriptors import FieldType, MessageType, behaviors

M = TypeVar("M", bound=Message)
_NOT_WRITTEN = {"etag"}


@cache
def writable_fields(message: MessageType) -> Sequence[FieldType]:
    """The fields that a client may write."""
    return tuple(
        field
        for field in message.fields
        if not {OUTPUT_ONLY, IDENTIFIER}.intersection(behaviors(field))
        and field.name not in _NOT_WRITTEN
    )


def paths_of(mask: Iterable[str], given: Message) -> list[str]:
    """The paths that an update with this mask writes. UNKNOWN_MASK_PATH names one that is none;
    INVALID_FIELD if nothing is left to write."""
    told = [_known(path, given.DESCRIPTOR) for path in mask if path != "*"]
    writable = {field.name: field for field in writable_fields(given.DESCRIPTOR)}
    if "*" in mask:
        return [name for name, field in writable.items() if _is_replaced(field, given)]
    if not told:
        paths = [name for name, field in writable.items() if _is_present(given, field)]
        if not paths:
            raise invalid_field(
                "update_mask", "is empty, and no field that can be written is given"
            )
        return paths
    return [path for path in told if path.partition(".")[0] in writable]


def merged(before: M, given: M, paths: Iterable[str]) -> M:
    """The resource after the update."""
    after = type(before)()
    after.CopyFrom(before)
    for path in paths:
        _take(after, given, path.split("."))
    return after


def changed_fields(before: Message, after: Message, paths: Iterable[str]) -> list[str]:
    """The fields, of those that the paths lead to, that are not what they were."""
    names = dict.fromkeys(path.partition(".")[0] for path in paths)
    fields = before.DESCRIPTOR.fields_by_name
    return [name for name in names if _differs(before, after, fields[name])]


def faults_of_created(given: Message) -> dict[str, str]:
    """What of a resource that is to be created is required and missing, by path within it."""
    return {
        field.name: validation.REQUIRED_TEXT
        for field in writable_fields(given.DESCRIPTOR)
        if REQUIRED in behaviors(field) and not _is_present(given, field)
    }


def faults_of_update(given: Message, mask: Collection[str]) -> dict[str, str]:
    """What the mask takes away although it is required, by path within the resource."""
    named = set(mask)
    missing = faults_of_created(given)
    return {name: told for name, told in missing.items() if name in named or "*" in named}


def named_fields(given: Message, mask: Collection[str]) -> set[str]:
    """The fields that an update with this mask is about, whether there are such fields or not."""
    if "*" in mask:
        return {field.name for field in given.DESCRIPTOR.fields}
    if mask:
        return {path.partition(".")[0] for path in mask}
    return {field.name for field, _ in given.ListFields()}


def faults_of_merged(after: Message, before: Message | None) -> dict[str, str]:
    """What is wrong with a resource as a whole, by path within it: what its fields may hold, what
    is required, and what cannot be changed from what it was `before`."""
    faults = faults_of_created(after) | validation.faults_of(after)
    for field in writable_fields(after.DESCRIPTOR):
        if before is None or IMMUTABLE not in behaviors(field):
            continue
        if _differs(before, after, field):
            faults.setdefault(field.name, "cannot be changed")
    return faults


def _known(path: str, message: MessageType) -> str:
    """The path in the field's own words; REST clients may send it in theirs."""
    words: list[str] = []
    inside: Any = message
    for word in path.split("."):
        by_json = {field.json_name: field for field in inside.fields} if inside else {}
        field = (inside and inside.fields_by_name.get(word)) or by_json.get(word)
        if field is None:
            raise _unknown_path(path)
        words.append(field.name)
        inside = None if field.is_repeated else field.message_type
    return ".".join(words)


def _unknown_path(path: str) -> RefusedError:
    return RefusedError(
        Outcome.INVALID_ARGUMENT,
        "UNKNOWN_MASK_PATH",
        f"update_mask: {path!r} is no field of the resource",
        {"path": path},
        {"update_mask": f"{path!r} is no field of the resource"},
    )


def _take(after: Any, given: Any, words: list[str]) -> None:
    """Copies what stands at the end of the path, and clears it where there is nothing."""
    word, *rest = words
    if rest:
        _take(getattr(after, word), getattr(given, word), rest)
        return
    after.ClearField(word)
    field = after.DESCRIPTOR.fields_by_name[word]
    if not _is_present(given, field):
        return
    if field.is_repeated or field.message_type is not None:
        getattr(after, word).MergeFrom(getattr(given, word))
    else:
        setattr(after, word, getattr(given, word))


def _is_present(message: Message, field: FieldType) -> bool:
    if field.is_repeated:
        return bool(getattr(message, field.name))
    return message.HasField(field.name) if field.has_presence else True


def _is_replaced(field: FieldType, given: Message) -> bool:
    """Whether a full replacement touches it: a secret or an id that is not given stays."""
    told = behaviors(field)
    return _is_present(given, field) or not (INPUT_ONLY in told or IMMUTABLE in told)


def _differs(before: Message, after: Message, field: FieldType) -> bool:
    if INPUT_ONLY in behaviors(field):
        return True
    if field.has_presence and before.HasField(field.name) != after.HasField(field.name):
        return True
    return bool(getattr(before, field.name) != getattr(after, field.name))
