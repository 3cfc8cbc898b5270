"""The pieces of the link without a socket: pace, repeats, our own calls."""

import asyncio
from typing import Any

import pytest

from server.domain.addresses import remote_address
from server.ocpp.gate.admission import Failures, Turnstile
from server.ocpp.link.calls import Calls, Outgoing
from server.ocpp.link.frames import CallError, CallResult
from server.ocpp.link.pace import Pace
from server.ocpp.link.repeats import REMEMBERED, WINDOW, Repeats


def test_a_burst_passes_and_then_the_rate_counts() -> None:
    pace = Pace(rate=10, burst=3, now=0)
    assert [pace.take(0.0) for _ in range(4)] == [True, True, True, False]
    assert pace.delay() == pytest.approx(0.1)
    assert not pace.take(0.05)
    assert pace.take(0.11)
    assert [pace.take(100.0) for _ in range(4)] == [True, True, True, False]


def test_the_same_call_is_recognised_for_a_while() -> None:
    repeats = Repeats()
    first, known = repeats.recall("1", b"[a]", 0)
    assert not known
    assert repeats.recall("1", b"[a]", WINDOW - 1) == (first, True)
    assert repeats.recall("1", b"[b]", 1)[1] is False
    assert repeats.recall("1", b"[a]", 1)[1] is False
    assert repeats.recall(1, b"[a]", 1)[1] is False
    assert repeats.recall("1", b"[a]", WINDOW + 1)[1] is False


def test_what_is_forgotten_is_not_another_of_the_same_id() -> None:
    repeats = Repeats()
    older, _ = repeats.recall("1", b"[a]", 0)
    newer, _ = repeats.recall("1", b"[b]", 0)
    repeats.forget("1", older)
    assert repeats.recall("1", b"[b]", 1) == (newer, True)
    repeats.forget("1", newer)
    assert repeats.recall("1", b"[b]", 1)[1] is False


def test_only_the_last_calls_are_remembered() -> None:
    repeats = Repeats()
    for number in range(REMEMBERED + 1):
        repeats.recall(number, b"", 0)
    assert repeats.recall(1, b"", 0)[1] is True
    assert repeats.recall(0, b"", 0)[1] is False
    repeats.forget_old(WINDOW)
    assert repeats.recall(1, b"", 0)[1] is False


class Wire:
    """Calls that go out get ids 1, 2, 3, ….."""

    def __init__(self) -> None:
        self.sent: list[str] = []
        self.calls = Calls(self._send)

    def put(self, action: str) -> Outgoing:
        answer: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        call = Outgoing(action, {}, answer)
        self.calls.put(call)
        return call

    def _send(self, call: Outgoing) -> None:
        self.sent.append(call.action)
        call.message_id = str(len(self.sent))


async def test_one_call_at_a_time_in_order() -> None:
    wire = Wire()
    first, second, third = map(wire.put, "ABC")
    assert wire.sent == ["A"]
    assert wire.calls.settle(CallResult("1", {})) == (first, False)
    assert wire.sent == ["A", "B"]
    assert wire.calls.settle(CallError("2", "GenericError", "")) == (second, False)
    assert wire.sent == ["A", "B", "C"]
    assert first.answer.result() == CallResult("1", {})
    assert not third.answer.done()


async def test_nothing_is_said_to_who_is_gone() -> None:
    """The second call of a command, of which the first was answered just before the end."""
    wire = Wire()
    first = wire.put("A")
    wire.calls.settle(CallResult("1", {}))
    wire.calls.close(ConnectionError("gone"))
    second = wire.put("B")
    assert first.answer.result() == CallResult("1", {})
    assert isinstance(second.answer.exception(), ConnectionError)
    assert (wire.sent, second.sent) == (["A"], False)


async def test_an_answer_to_nothing_settles_nothing() -> None:
    wire = Wire()
    call = wire.put("A")
    assert wire.calls.settle(CallResult("9", {})) is None
    assert wire.calls.settle(CallResult(1, {})) is None
    assert not call.answer.done()


async def test_a_late_answer_is_never_given_to_the_next_call() -> None:
    wire = Wire()
    slow, next_one = map(wire.put, "AB")
    wire.calls.expire(slow, TimeoutError())
    assert wire.sent == ["A", "B"]
    assert wire.calls.settle(CallResult("1", {})) == (slow, True)
    assert isinstance(slow.answer.exception(), TimeoutError)
    assert not next_one.answer.done()
    assert wire.calls.settle(CallResult("1", {})) is None


async def test_what_is_not_sent_can_be_taken_back() -> None:
    wire = Wire()
    sent, unsent, last = map(wire.put, "ABC")
    assert not wire.calls.withdraw(sent, LookupError())
    assert wire.calls.withdraw(unsent, LookupError())
    assert not wire.calls.withdraw(unsent, LookupError())
    wire.calls.settle(CallResult("1", {}))
    assert wire.sent == ["A", "C"]
    unsent.answer.exception()
    assert last.sent


async def test_what_waits_too_long_in_the_queue_is_never_sent() -> None:
    wire = Wire()
    first, second = map(wire.put, "AB")
    wire.calls.expire(second, TimeoutError())
    wire.calls.settle(CallResult("1", {}))
    assert wire.sent == ["A"]
    assert isinstance(second.answer.exception(), TimeoutError)
    assert first.answer.done()


async def test_when_the_charger_goes_all_that_waits_fails() -> None:
    wire = Wire()
    calls = [*map(wire.put, "ABC")]
    wire.calls.close(ConnectionError())
    assert [type(call.answer.exception()) for call in calls] == [ConnectionError] * 3
    assert wire.sent == ["A"]


def test_handshakes_are_spread() -> None:
    turnstile = Turnstile(rate=10)
    waits = [turnstile.wait(100.0, 25) for _ in range(4)]
    assert waits == pytest.approx([0, 0, 0.1, 0.2])
    assert all(turnstile.wait(100.0, 25) is not None for _ in range(240))
    assert [turnstile.wait(100.0, 25) for _ in range(10)][-1] is None


def test_failures_are_counted_by_address() -> None:
    failures = Failures(burst=2, seconds_each=10)
    for _ in range(2):
        assert failures.exhausted("a", 0) == 0
        failures.count("a", 0)
    assert failures.exhausted("a", 0) == 10
    assert failures.exhausted("b", 0) == 0
    assert failures.exhausted("a", 10) == 0


@pytest.mark.parametrize(
    ("peer", "forwarded", "address"),
    [
        ("9.9.9.9", [], "9.9.9.9"),
        ("9.9.9.9", ["1.1.1.1"], "9.9.9.9"),
        ("10.0.0.1", ["1.1.1.1"], "1.1.1.1"),
        ("10.0.0.1", ["1.1.1.1, 2.2.2.2"], "2.2.2.2"),
        ("10.0.0.1", ["1.1.1.1", "2.2.2.2, 10.0.0.2"], "2.2.2.2"),
        ("10.0.0.1", [], "10.0.0.1"),
        ("10.0.0.1", ["10.0.0.2"], "10.0.0.2"),
    ],
)
def test_the_address_nearest_to_us_that_is_no_proxy(
    peer: str, forwarded: list[str], address: str
) -> None:
    assert remote_address(peer, forwarded, ("10.0.0.1", "10.0.0.2")) == address
