"""What can be refused, and why: the one vocabulary of errors below the API.

The API turns a refusal into a gRPC status with `google.rpc.ErrorInfo`; the OCPP
bridge turns a start's refusal into the charger's own word for it. `reason` is a name
of `ErrorReason` in error.proto.
"""

from collections.abc import Mapping
from enum import Enum


class Outcome(Enum):
    """What kind of answer a refusal is: the names of the gRPC status codes."""

    INVALID_ARGUMENT = "INVALID_ARGUMENT"
    NOT_FOUND = "NOT_FOUND"
    ALREADY_EXISTS = "ALREADY_EXISTS"
    ABORTED = "ABORTED"
    FAILED_PRECONDITION = "FAILED_PRECONDITION"
    OUT_OF_RANGE = "OUT_OF_RANGE"
    UNAUTHENTICATED = "UNAUTHENTICATED"
    PERMISSION_DENIED = "PERMISSION_DENIED"
    RESOURCE_EXHAUSTED = "RESOURCE_EXHAUSTED"
    UNAVAILABLE = "UNAVAILABLE"
    DEADLINE_EXCEEDED = "DEADLINE_EXCEEDED"


class RefusedError(Exception):
    """A call that cannot be done; `metadata` are the reason's details."""

    def __init__(
        self,
        outcome: Outcome,
        reason: str,
        message: str,
        metadata: Mapping[str, str] | None = None,
        violations: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.outcome = outcome
        self.reason = reason
        self.message = message
        self.metadata = dict(metadata or {})
        self.violations = dict(violations or {})
        """Field path -> what is wrong with it."""


def not_found(name: str) -> RefusedError:
    """There is no such resource, or none that the caller may see."""
    return RefusedError(
        Outcome.NOT_FOUND, "RESOURCE_NOT_FOUND", f"{name!r} does not exist", {"name": name}
    )


def invalid_field(field: str, problem: str) -> RefusedError:
    """One field is wrong."""
    return RefusedError(
        Outcome.INVALID_ARGUMENT, "INVALID_FIELD", f"{field}: {problem}", {}, {field: problem}
    )


def invalid_fields(problems: Mapping[str, str]) -> RefusedError:
    """Several fields are wrong: each with what is wrong with it."""
    told = "; ".join(f"{field}: {problem}" for field, problem in problems.items())
    return RefusedError(Outcome.INVALID_ARGUMENT, "INVALID_FIELD", told, {}, dict(problems))


def unknown_reference(field: str, value: str) -> RefusedError:
    """A field names a resource that does not exist."""
    problem = f"{value!r} does not exist"
    return RefusedError(
        Outcome.INVALID_ARGUMENT,
        "REFERENCE_NOT_FOUND",
        f"{field}: {problem}",
        {"field": field, "value": value},
        {field: problem},
    )


def precondition(reason: str, message: str, **metadata: str) -> RefusedError:
    """A rule, or the state of things, stands against it."""
    return RefusedError(Outcome.FAILED_PRECONDITION, reason, message, metadata)
