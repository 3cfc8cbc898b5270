"""BatchGet and BatchCreate (AIP-231, AIP-233): many resources of one kind, all or none."""

from typing import Any, Generic, TypeVar

from google.protobuf.message import Message

from server.api.crud import Crud
from server.api.lanes import Call, reading, writing
from server.domain.errors import RefusedError
from server.resources import wire
from server.store.reads import Rows
from server.store.unit import Unit

M = TypeVar("M", bound=Message)
_write = wire.body(1)  # the responses' only field


class Bulk(Generic[M]):
    """The two methods; each resource is read and made as its `Crud` does it alone."""

    def __init__(self, crud: Crud[M]) -> None:
        self._crud = crud

    @reading
    def get(self, request: Any, call: Call, rows: Rows) -> bytes:
        """The resources of the names, in their order. NOT_FOUND names the first that is missing."""
        found = [self._crud.find(rows, name, call.caller) for name in request.names]
        return b"".join(map(_write, self._crud.listing.bodies(rows, found)))

    @writing
    def create(self, request: Any, call: Call, unit: Unit) -> bytes:
        """Makes every one of the resources, or none: a refusal names the row that it is about."""
        made = []
        for place, each in enumerate(request.requests):
            try:
                made.append(_write(self._crud.create(each, call, unit)))
            except RefusedError as error:
                raise _of_row(error, f"requests[{place}]") from error
        return b"".join(made)


def _of_row(error: RefusedError, row: str) -> RefusedError:
    """The refusal of one row as that of the batch: its fields are told from the batch's view."""
    metadata = dict(error.metadata, request=row)
    if "field" in metadata:
        metadata["field"] = f"{row}.{metadata['field']}"
    violations = {f"{row}.{path}": problem for path, problem in error.violations.items()}
    message = f"{row}.{error.message}" if violations else f"{row}: {error.message}"
    return RefusedError(error.outcome, error.reason, message, metadata, violations)
