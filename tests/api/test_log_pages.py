"""Pages of a log: of its index, and of the few rows that are not in it yet."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from peewee import Database

from ampline.v1 import audit_entry_pb2, meter_value_pb2, ocpp_message_pb2
from server.api.services import audit_entries, meter_values, ocpp_messages, session_chart
from server.store import filing
from server.store.database import is_postgresql
from server.store.models import AuditEntry, MeterValue, OcppMessage
from server.store.reads import Reader
from tests.api.test_list_limits import Listening

FILED, COUNT, PAGE = 40, 50, 7
CP1, S1 = "chargePoints/CP1", "sessions/s1"
Row = Callable[[int], dict[str, Any]]


def message(number: int) -> dict[str, Any]:
    return {"charge_point": CP1, "direction": 1, "ocpp_version": 1, "call_time": number}


def value(number: int) -> dict[str, Any]:
    """In another order than they came; two at a time."""
    told = {"charge_point": CP1, "session": S1, "time": number * 7 % COUNT // 2}
    return {**told, "record_time": number, "fingerprint": number, "body": b""}


def entry(number: int) -> dict[str, Any]:
    told = {"principal": "apiKeys/k", "method": "/Create", "resource": CP1, "result": "OK"}
    return {**told, "time": number, "address": "::1", "correlation_id": str(number)}


def audited(**asked: Any) -> Any:
    """A request for entries, and what it is asked of, and answered with."""
    request = audit_entry_pb2.ListAuditEntriesRequest(**asked)
    return audit_entries._entries, request, audit_entry_pb2.ListAuditEntriesResponse, ""


BELOW: Any = ocpp_messages.messages
MESSAGES = (
    BELOW._listing,
    ocpp_message_pb2.ListOcppMessagesRequest(),
    ocpp_message_pb2.ListOcppMessagesResponse,
    CP1,
)
VALUES = (
    meter_values.meter_values,
    meter_value_pb2.ListMeterValuesRequest(),
    meter_value_pb2.ListMeterValuesResponse,
    S1,
)
LOGS = (
    (OcppMessage, message, MESSAGES, "charge_point", "number<?"),
    (MeterValue, value, VALUES, "session", "time>?"),
    (AuditEntry, entry, audited(principal="apiKeys/k"), "principal", "number<?"),
    (AuditEntry, entry, audited(method="/Create"), "method", "number<?"),
    (AuditEntry, entry, audited(resource=CP1), "resource", "number<?"),
    (AuditEntry, entry, audited(result="OK"), "result", "number<?"),
)


@pytest.mark.parametrize(("log", "row", "asked", "column", "begins"), LOGS)
def test_each_page_begins_in_the_index(
    database: Database,
    monkeypatch: pytest.MonkeyPatch,
    log: Any,
    row: Row,
    asked: Any,
    column: str,
    begins: str,
) -> None:
    with database.connection_context():
        fill(database, monkeypatch, log, row)
        reader = Reader(database) if is_postgresql(database) else Listening(Reader(database))
        found = [each for page in pages(reader, *asked, size=PAGE) for each in page]
        assert found == next(pages(reader, *asked, size=COUNT))
        assert len(found) == COUNT
    if not isinstance(reader, Listening):
        return
    (index,) = (index.name for index in log.indexes if index.columns[0] == column)
    first = f"SEARCH {index} USING PRIMARY KEY ({column}=?)"
    others = f"SEARCH {index} USING PRIMARY KEY ({column}=? AND {begins})"
    for plan in reader.plans:
        assert first in plan or others in plan
        assert f"SEARCH {log._meta.table_name} USING INTEGER PRIMARY KEY (rowid>?" in plan
        assert "SCAN" not in plan
    assert sum(first in plan for plan in reader.plans) == 2


def fill(database: Database, monkeypatch: pytest.MonkeyPatch, log: Any, row: Row) -> None:
    """Puts rows into the log, of which on SQLite not all are filed."""
    monkeypatch.setattr(log, "MOST_UNFILED", FILED)
    log.insert_many(map(row, range(FILED))).execute()
    if not is_postgresql(database):
        filing.catch_up(database, log)
    log.insert_many(map(row, range(FILED, COUNT))).execute()


def pages(
    reader: Reader, listing: Any, request: Any, response: Any, parent: str, *, size: int
) -> Iterator[list[Any]]:
    """What stands on each page."""
    asked = type(request)(page_size=size)
    asked.MergeFrom(request)
    while True:
        answer = response.FromString(listing.page(asked, reader, None, parent or None))
        yield list(getattr(answer, answer.DESCRIPTOR.fields_by_number[1].name))
        asked.page_token = answer.next_page_token
        if not asked.page_token:
            return


def test_a_chart_goes_along_the_index(database: Database) -> None:
    if is_postgresql(database):
        pytest.skip("has an ordinary one")
    with database.connection_context():
        reader = Listening(Reader(database))
        reader.all(session_chart._SAMPLES, session=S1)
    assert "SEARCH meter_value_session_time_number USING PRIMARY KEY (session=?)" in reader.plans[0]
