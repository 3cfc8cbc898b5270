"""The lists whose pages are measured: of what rows, and what is asked for."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from google.protobuf.message import Message

from ampline.v1.event_pb2 import ListEventsRequest, ListEventsResponse
from ampline.v1.id_tag_pb2 import IdTag, ListIdTagsRequest, ListIdTagsResponse
from ampline.v1.ocpp_message_pb2 import ListOcppMessagesRequest, ListOcppMessagesResponse
from ampline.v1.session_pb2 import ListSessionsRequest, ListSessionsResponse, Session
from ampline.v1.user_pb2 import ListUsersRequest, ListUsersResponse, User
from tests.bench.multiplied import newest
from tests.bench.network import identity

RECENT, LATE = 500, 100
"""How many rows are newer than a `…_since`, and than a `…_before`."""


@dataclass(frozen=True, slots=True)
class LongList:
    """A List method, the table behind it, and how the table's rows differ (see `multiply`).

    Each filter asks for what 50 rows have at least, also of a thousand.
    """

    method: str
    request: type[Message]
    response: type[Message]
    table: str
    own: Mapping[str, str]
    filters: Mapping[str, Any]
    bounds: Mapping[str, str]
    """Filters by time, with their columns."""
    orders: tuple[str, ...]
    parent: str = ""

    def wanted(self, database: Path) -> dict[str, Any]:
        """What is asked for, by what it is called: nothing, each filter, each order."""
        found = {"at all": self._asked()}
        for name, value in self.filters.items():
            found[f"by {name}"] = self._asked(**{name: value})
        for name, column in self.bounds.items():
            place = RECENT if name.endswith("_since") else LATE
            request = self._asked()
            getattr(request, name).FromMicroseconds(newest(database, self.table, column, place))
            found[f"by {name}"] = request
        for order in self.orders:
            for direction in ("", " desc"):
                found[f"ordered by {order}{direction}"] = self._asked(order_by=order + direction)
        return found

    def _asked(self, **fields: Any) -> Any:
        make: Callable[..., Any] = self.request
        parent = {"parent": self.parent} if self.parent else {}
        return make(page_size=50, **parent, **fields)


SESSIONS = LongList(
    "/ampline.v1.SessionService/ListSessions",
    ListSessionsRequest,
    ListSessionsResponse,
    "session",
    {
        "name": "'sessions/' || lower(hex(randomblob(13)))",
        "charge_point": "'chargePoints/C' || (n % :groups)",
        "evse": "'chargePoints/C' || (n % :groups) || '/evses/1'",
        "location": "'locations/L' || (n % :groups)",
        "user": "'users/U' || (n % :groups)",
        "id_tag": "'idTags/T' || (n % :groups)",
        "ocpp_transaction_id": "n",
        "start_key": "n",
        "state": f"CASE n % 10 WHEN 0 THEN {Session.FAILED} ELSE {Session.FINISHED} END",
        "stop_reason": "1 + n % 10",
        "billing_state": "1 + (n % 10 = 1)",
        "payment_state": "1 + (n % 10 = 2)",
        "energy_wh": "n % 10 * 1000",
        "final_energy_wh": "n % 10 * 1000",
    },
    {
        "charge_point": "chargePoints/C3",
        "evse": "chargePoints/C3/evses/1",
        "location": "locations/L3",
        "user": "users/U3",
        "id_tag": "idTags/T3",
        "state": Session.FAILED,
        "stop_reason": 3,
        "billing_state": 2,
        "payment_state": 2,
        "min_energy_wh": 9000,
        "max_energy_wh": 0,
    },
    {
        "started_since": "start_time",
        "started_before": "start_time",
        "stopped_since": "stop_time",
        "stopped_before": "stop_time",
        "updated_since": "update_time",
    },
    ("start_time", "update_time", "stop_time", "energy_wh"),
)

ID_TAGS = LongList(
    "/ampline.v1.IdTagService/ListIdTags",
    ListIdTagsRequest,
    ListIdTagsResponse,
    "id_tag",
    {
        "name": "'idTags/' || lower(hex(randomblob(13)))",
        "token": "'T' || n",
        "token_key": "'t' || n",
        "user": "'users/U' || (n % :groups)",
        "kind": f"CASE n % 10 WHEN 0 THEN {IdTag.APP} ELSE {IdTag.RFID} END",
        "state": f"CASE n % 10 WHEN 1 THEN {IdTag.SUSPENDED} ELSE {IdTag.ENABLED} END",
        "external_id": "'batch-' || (n % :groups)",
    },
    {
        "user": "users/U3",
        "token": "t77",
        "kind": IdTag.APP,
        "state": IdTag.SUSPENDED,
        "external_id": "batch-3",
    },
    {"updated_since": "update_time"},
    ("create_time", "token", "update_time", "expire_time"),
)

USERS = LongList(
    "/ampline.v1.UserService/ListUsers",
    ListUsersRequest,
    ListUsersResponse,
    "user",
    {
        "name": "'users/' || lower(hex(randomblob(13)))",
        "email": "n || '@example.org'",
        "family_name": "'Family ' || (n % 97)",
        "state": f"CASE n % 10 WHEN 0 THEN {User.DISABLED} ELSE {User.ENABLED} END",
        "external_id": "'batch-' || (n % :groups)",
        "partner": "'partners/P' || (n % :groups)",
    },
    {
        "email": "77@example.org",
        "state": User.DISABLED,
        "external_id": "batch-3",
        "partner": "partners/P3",
    },
    {"updated_since": "update_time"},
    ("create_time", "email", "family_name", "update_time"),
)

_APART_US = 100_000
EVENTS = LongList(
    "/ampline.v1.EventService/ListEvents",
    ListEventsRequest,
    ListEventsResponse,
    "event",
    {
        "position": "position + n",
        "type": "'kind' || (n % :groups) || '.told'",
        "subject": "'sessions/S' || (n % :groups)",
        "charge_point": "'chargePoints/C' || (n % :groups)",
        "record_time": f"record_time - (:count - n) * {_APART_US}",
    },
    {
        "newest_first": True,
        "types": ["kind3.told"],
        "subjects": ["sessions/S3"],
        "charge_points": ["chargePoints/C3"],
    },
    {"start_time": "record_time"},
    (),
)

MESSAGES = LongList(
    "/ampline.v1.OcppMessageService/ListOcppMessages",
    ListOcppMessagesRequest,
    ListOcppMessagesResponse,
    "ocpp_message",
    {
        "number": "number + n",
        "charge_point": "CASE n % :groups WHEN 3 THEN charge_point ELSE 'C' || (n % :groups) END",
        "call_time": f"call_time - (:count - n) * {_APART_US}",
    },
    {},
    {},
    (),
    parent=f"chargePoints/{identity(0)}",
)

LISTS = (SESSIONS, ID_TAGS, USERS, EVENTS, MESSAGES)
