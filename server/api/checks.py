"""Checks requests before anything else looks at them, and resources before they are written.

The rules in the protos, what is required, and each resource's own rules: all faults
of a request that can be known without the database are told at once.
"""

from collections.abc import Callable, Collection, Mapping
from typing import Any

from google.protobuf.message import Message

from server.api import masks, required, validation
from server.api.methods import Method

Faults = Callable[[Any], Mapping[str, str]]
"""A resource to its faults beyond the rules in its proto: path within it -> problem."""

_own_rules: dict[str, Faults] = {}


def add_rules(resource: str, faults: Faults) -> None:
    """A resource's own rules, by the full name of its message."""
    _own_rules[resource] = faults


def check_request(method: Method, request: Any) -> None:
    """Raises RefusedError INVALID_FIELD with every fault of the request."""
    faults = required.faults_of(request) | validation.faults_of(request)
    if method.creates:
        faults = _faults_of_creation(method.creates, request) | faults
    elif method.creates_many:
        faults = _faults_of_batch(method.creates_many, request) | faults
    elif method.updates:
        given, mask = getattr(request, method.updates), request.update_mask.paths
        further = _below(method.updates, masks.faults_of_update(given, mask))
        written = masks.named_fields(given, mask)
        faults = further | _without_unwritten(faults, method.updates, written)
    validation.refuse(faults)


def check_resource(after: Message, before: Message | None, field: str) -> None:
    """Raises RefusedError INVALID_FIELD with every fault of a resource that is to be written;
    `field` is what the request calls it."""
    validation.refuse(_below(field, own_faults(after) | masks.faults_of_merged(after, before)))


def own_faults(resource: Message) -> dict[str, str]:
    """What is wrong with it by its own rules, by path within it."""
    faults = _own_rules.get(resource.DESCRIPTOR.full_name)
    return dict(faults(resource)) if faults else {}


def _faults_of_creation(field: str, request: Any) -> dict[str, str]:
    given = getattr(request, field)
    return _below(field, masks.faults_of_created(given) | own_faults(given))


def _faults_of_batch(field: str, request: Any) -> dict[str, str]:
    faults: dict[str, str] = {}
    for place, each in enumerate(request.requests):
        of_row = _faults_of_creation(field, each)
        if each.HasField("request_id"):
            of_row["request_id"] = "is the batch's alone"
        faults |= _below(f"requests[{place}]", of_row)
    return faults


def _without_unwritten(
    faults: Mapping[str, str], field: str, written: Collection[str]
) -> dict[str, str]:
    """Without the faults of what an update does not write: it may well be missing."""
    words = {path: _words(path) for path in faults}
    return {
        path: problem
        for path, problem in faults.items()
        if words[path][0] != field or (words[path][1:] or ("",))[0] in written
    }


def _words(path: str) -> list[str]:
    """`location.labels["a.b"]` as `location`, `labels`."""
    return [word.partition("[")[0] for word in path.split(".")]


def _below(field: str, faults: Mapping[str, str]) -> dict[str, str]:
    return {f"{field}.{path}": problem for path, problem in faults.items()}
