"""What the client does around every call."""

from collections.abc import Iterator
from pathlib import Path
from threading import Event as Flag
from typing import Any
from uuid import UUID

import grpc
import pytest
from google.protobuf.descriptor_pb2 import FileDescriptorSet
from google.protobuf.message import Message

import ampline
from ampline import (
    Client,
    DeadlineExceeded,
    FailedPrecondition,
    InvalidArgument,
    Patience,
    Unavailable,
)
from ampline.errors import CLASSES
from ampline.services import Services
from ampline.v1 import session_pb2
from ampline.v1.charge_point_action_pb2 import StartSessionRequest, StartSessionResponse
from ampline.v1.session_pb2 import ListSessionsRequest, ListSessionsResponse, Session
from tests.clients.peer import Context, Peer, bad_fields, info, refuse, retry_in

LIST = ListSessionsRequest(page_size=2)
START = StartSessionRequest(charge_point="chargePoints/CP-1")


def failing(times: int, code: grpc.StatusCode, answer: Any, *details: Message) -> Any:
    """Answers with an error so often, then with the answer."""
    left = iter(range(times))

    def respond(request: Any, context: Context) -> Any:
        if next(left, None) is not None:
            refuse(context, code, "not now", *details)
        return answer

    return respond


def test_the_key_and_a_deadline_go_along(peer: Peer, client: Client) -> None:
    peer.answer = lambda request, context: ListSessionsResponse()
    client.sessions.ListSessions(LIST)
    assert peer.metadata[0]["authorization"] == "Bearer a key"
    assert peer.seconds_left[0] == pytest.approx(10, abs=1)


def test_a_deadline_of_the_call_counts(peer: Peer, client: Client) -> None:
    peer.answer = lambda request, context: ListSessionsResponse()
    client.sessions.ListSessions(LIST, timeout=3)
    assert peer.seconds_left[0] == pytest.approx(3, abs=1)


def test_pages_follow_one_another(peer: Peer, client: Client) -> None:
    pages = {
        "": ListSessionsResponse(sessions=[Session(name="sessions/1")], next_page_token="t2"),
        "t2": ListSessionsResponse(next_page_token="t3"),
        "t3": ListSessionsResponse(sessions=[Session(name="sessions/2")]),
    }
    peer.answer = lambda request, context: pages[request.page_token]
    sessions = client.list(client.sessions.ListSessions, LIST, lambda page: page.sessions)
    assert [session.name for session in sessions] == ["sessions/1", "sessions/2"]
    assert [request.page_size for request in peer.requests] == [2, 2, 2]
    assert LIST.page_token == ""


def test_items_of_a_page_are_found(peer: Peer, client: Client) -> None:
    peer.answer = lambda request, context: ListSessionsResponse(sessions=[Session(name="s")])
    assert [one.name for one in client.list(client.sessions.ListSessions, LIST)] == ["s"]


def test_a_page_is_fetched_only_when_asked_for(peer: Peer, client: Client) -> None:
    peer.answer = lambda request, context: ListSessionsResponse(next_page_token="more")
    next(client.pages(client.sessions.ListSessions, LIST))
    assert len(peer.requests) == 1


def test_reading_is_repeated_while_the_server_is_away(peer: Peer, client: Client) -> None:
    peer.answer = failing(3, grpc.StatusCode.UNAVAILABLE, ListSessionsResponse())
    client.sessions.ListSessions(LIST)
    assert len(peer.requests) == 4


def test_patience_ends(peer: Peer, client: Client) -> None:
    peer.answer = failing(9, grpc.StatusCode.UNAVAILABLE, None, info("SHUTTING_DOWN"))
    with pytest.raises(Unavailable) as caught:
        client.sessions.ListSessions(LIST)
    assert caught.value.reason == "SHUTTING_DOWN"
    assert len(peer.requests) == 4


def test_an_action_is_repeated_under_one_request_id(peer: Peer, client: Client) -> None:
    peer.answer = failing(2, grpc.StatusCode.UNAVAILABLE, StartSessionResponse())
    client.charge_point_actions.StartSession(START)
    [request_id] = {request.request_id for request in peer.requests}
    assert UUID(request_id).version == 4
    assert len(peer.requests) == 3
    assert START.request_id == ""


def test_a_request_id_of_the_caller_stays(peer: Peer, client: Client) -> None:
    peer.answer = lambda request, context: StartSessionResponse()
    mine = "00000000-0000-4000-8000-000000000001"
    client.charge_point_actions.StartSession(
        StartSessionRequest(charge_point="chargePoints/CP-1", request_id=mine)
    )
    assert peer.requests[0].request_id == mine


def test_a_charger_that_is_away_is_not_asked_again(peer: Peer, client: Client) -> None:
    offline = info("CHARGER_OFFLINE", last_seen_time="2026-01-31T12:00:00Z")
    peer.answer = failing(9, grpc.StatusCode.UNAVAILABLE, None, offline)
    with pytest.raises(Unavailable) as caught:
        client.charge_point_actions.StartSession(START)
    assert caught.value.metadata == {"last_seen_time": "2026-01-31T12:00:00Z"}
    assert len(peer.requests) == 1


def test_other_errors_are_not_repeated(peer: Peer, client: Client) -> None:
    peer.answer = failing(9, grpc.StatusCode.FAILED_PRECONDITION, None, info("CHARGER_REJECTED"))
    with pytest.raises(FailedPrecondition, match=r"not now \[CHARGER_REJECTED\]"):
        client.charge_point_actions.StartSession(START)
    assert len(peer.requests) == 1


def test_the_server_may_ask_for_a_pause(peer: Peer, client: Client) -> None:
    busy = grpc.StatusCode.RESOURCE_EXHAUSTED
    peer.answer = failing(1, busy, ListSessionsResponse(), retry_in(0.05))
    client.sessions.ListSessions(LIST)
    first, second = peer.times
    assert second - first >= 0.05


def test_a_pause_longer_than_the_deadline_is_not_waited_for(peer: Peer, client: Client) -> None:
    busy = grpc.StatusCode.UNAVAILABLE
    peer.answer = failing(1, busy, ListSessionsResponse(), retry_in(90))
    with pytest.raises(Unavailable) as caught:
        client.sessions.ListSessions(LIST, timeout=30)
    assert caught.value.retry_after == pytest.approx(90)
    assert len(peer.requests) == 1


def test_wrong_fields_are_named(peer: Peer, client: Client) -> None:
    faults = bad_fields(page_size="must not be negative", location__name="is empty")
    peer.answer = failing(1, grpc.StatusCode.INVALID_ARGUMENT, None, info("INVALID_FIELD"), faults)
    with pytest.raises(InvalidArgument) as caught:
        client.sessions.ListSessions(LIST)
    assert [one.field for one in caught.value.field_violations] == ["page_size", "location.name"]
    assert "page_size: must not be negative" in str(caught.value)


def test_no_answer_in_time(peer: Peer, client: Client) -> None:
    given_up = Flag()

    def wait(request: Any, context: Context) -> None:
        context.add_callback(given_up.set)
        given_up.wait(10)

    peer.answer = wait
    with pytest.raises(DeadlineExceeded):
        client.charge_point_actions.StartSession(START, timeout=0.2)
    assert given_up.wait(10)
    assert len(peer.requests) == 1


def test_nobody_listens() -> None:
    twice = Patience(attempts=2)
    with Client("127.0.0.1:9", patience=twice) as client, pytest.raises(Unavailable):
        client.sessions.ListSessions(LIST)


def test_every_status_has_its_exception() -> None:
    missing = set(grpc.StatusCode) - set(CLASSES)
    assert missing <= {grpc.StatusCode.OK, grpc.StatusCode.DATA_LOSS}
    assert {kind.__name__ for kind in CLASSES.values()} <= set(ampline.__all__)


def services() -> Iterator[str]:
    """The names of all services of the package."""
    path = Path(session_pb2.__file__).with_name("descriptors.binpb")
    for one in FileDescriptorSet.FromString(path.read_bytes()).file:
        if one.package == "ampline.v1":
            yield from (service.name for service in one.service)


def test_every_service_is_offered(client: Client) -> None:
    offered = {type(getattr(client, name)).__name__ for name in vars(Services)}
    assert {f"{name}Stub" for name in services()} <= offered
