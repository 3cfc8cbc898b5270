"""Files that came, and files that are asked for: which resource each is of."""

from collections.abc import Collection
from enum import Enum, auto
from typing import Any, NamedTuple

from server.store.files import StoredFile
from server.store.models import ChargePointLog, FirmwareImage
from server.store.reads import Rows
from server.store.statements import Statement, param
from server.store.unit import Unit
from server.work import tickets
from server.work.stations import firmware_images, logs


class Arrival(Enum):
    """What becomes of a file that came."""

    STORED = auto()
    REPEATED = auto()
    """It is here already: whoever brought it did not hear so."""
    TOO_LATE = auto()
    """Another file is here, or nobody wants it any more."""


class Kept(NamedTuple):
    """A file of a resource."""

    file: str
    sha256: str
    file_name: str


_OF: dict[str, Any] = {"chargePointLogs": ChargePointLog, "firmwareImages": FirmwareImage}
_FILE = {
    collection: Statement(
        table.select(*(getattr(table, column) for column in Kept._fields)).where(
            (table.name == param("name")) & table.file.is_null(False)
        )
    )
    for collection, table in _OF.items()
}


def arrived(unit: Unit, secret: str, file: StoredFile, file_name: str) -> Arrival:
    """A file is whole and on the disk: it becomes its resource's, if the ticket is still good."""
    ticket = tickets.find(unit, secret)
    if ticket is None or ticket.expire_time <= unit.now:
        return Arrival.TOO_LATE
    if not tickets.use(unit, secret):
        kept = kept_of(unit, ticket.resource)
        is_same = kept is not None and kept.sha256 == file.sha256
        return Arrival.REPEATED if is_same else Arrival.TOO_LATE
    if ticket.resource.startswith("firmwareImages/"):
        came = firmware_images.came(unit, ticket.resource, file, file_name)
        return Arrival.STORED if came else Arrival.TOO_LATE
    logs.came(unit, ticket.resource, file, file_name)
    return Arrival.STORED


def kept_of(rows: Rows, resource: str) -> Kept | None:
    """The file of a resource, if there is one."""
    row = rows.one(_FILE[resource.partition("/")[0]], name=resource)
    return Kept(*row) if row else None


def unknown(rows: Rows, keys: Collection[str]) -> set[str]:
    """Those of the keys that no row refers to."""
    left = set(keys)
    for table in _OF.values():
        query = table.select(table.file).where(table.file.in_(sorted(left)))
        left -= {key for (key,) in query.tuples().execute(rows.database)}
    return left
