"""The errors of the REST API: HTTP statuses, and the reasons that error.proto tells of."""

import re
from collections import defaultdict
from typing import Final

from portal.openapi.protos import PACKAGE, Protos
from portal.openapi.rules import Schema

_REASONS: Final = f"{PACKAGE}.ErrorReason"
_STATUSES: Final = {
    "INVALID_ARGUMENT": 400,
    "FAILED_PRECONDITION": 400,
    "OUT_OF_RANGE": 400,
    "UNAUTHENTICATED": 401,
    "PERMISSION_DENIED": 403,
    "NOT_FOUND": 404,
    "ABORTED": 409,
    "ALREADY_EXISTS": 409,
    "RESOURCE_EXHAUSTED": 429,
    "INTERNAL": 500,
    "UNIMPLEMENTED": 501,
    "UNAVAILABLE": 503,
    "DEADLINE_EXCEEDED": 504,
}
"""How Envoy's transcoder says a gRPC status over HTTP."""
_MEANINGS: Final = {
    400: "The request is wrong, or a rule or the state of things stands against it.",
    401: "No key, or none that counts.",
    403: "The caller may not do this.",
    404: "There is no such resource, or none that the caller may see.",
    409: "It exists already, or somebody else changed it meanwhile.",
    413: "The request is larger than 1 MiB.",
    429: "Too much, or too fast.",
    500: "A fault of ours.",
    503: "The server, the database or the charger cannot be reached.",
    504: "No answer in time.",
}


def responses(protos: Protos) -> dict[str, Schema]:
    """The error responses, for `components`, by the name that `reference` refers to."""
    reasons = _reasons(protos)
    return {
        f"Error{status}": {
            "description": "\n".join([meaning, "", *reasons[status]]).strip(),
            "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}},
        }
        for status, meaning in _MEANINGS.items()
    }


def reference(status: int) -> Schema:
    """What an operation says of a status."""
    return {"$ref": f"#/components/responses/Error{status}"}


def schema() -> Schema:
    """google.rpc.Status, as every error comes."""
    info = {
        "type": "object",
        "description": "ErrorInfo (`reason`, `metadata`), BadRequest (`fieldViolations`) or "
        "RetryInfo (`retryDelay`), as `@type` says.",
        "properties": {"@type": {"type": "string"}},
        "required": ["@type"],
    }
    return {
        "type": "object",
        "description": "google.rpc.Status: what went wrong, for people and for programs.",
        "properties": {
            "code": {"type": "integer", "description": "The gRPC status."},
            "message": {"type": "string"},
            "details": {"type": "array", "items": info},
        },
        "required": ["code", "message"],
    }


def _reasons(protos: Protos) -> dict[int, list[str]]:
    """By HTTP status, a line for each reason: its comment begins with its gRPC status."""
    found: dict[int, list[str]] = defaultdict(list)
    for value in protos.enums[_REASONS].value:
        comment = protos.comment(f"{_REASONS}.{value.name}")
        status, colon, told = comment.partition(": ")
        for name in re.split(r", | or ", status) if colon else ():
            if name in _STATUSES:
                found[_STATUSES[name]].append(f"- `{value.name}`: {told}")
    return found
