"""One connection of one charger, from the handshake to the close: frames in, answers out."""

import asyncio
import logging
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Any, Protocol, TypeGuard

from server.domain.certificate_questions import (
    NOT_ENABLED,
    CertificateQuestion,
    unanswered,
)
from server.domain.facts import Booted
from server.ocpp.faults import Fault, FaultyError
from server.ocpp.hearing import INTERNAL, Heard, Hearing, Refusal, Voice, refusal
from server.ocpp.link import frames
from server.ocpp.link.frames import Broken, Call, ResultError
from server.ocpp.link.pace import Pace
from server.ocpp.link.repeats import First, Repeats
from server.ocpp.ordering import Ordering
from server.ocpp.understanding import understand
from server.store.clock import now_us
from server.store.lane import LaneClosedError, WriteLane
from server.store.unit import Unit
from server.work.stations.connections import Connection
from server.work.stations.messages import LONGEST_VIOLATION, storable

log = logging.getLogger(__name__)

MOST_IN_FLIGHT = 32
"""CALLs of one charger on the write lane at once: bounds what a flood costs the others."""

BURST_SECONDS = 20
"""For how long a charger may speak at full speed before its pace counts."""


class Wire(Protocol):
    """The socket, as a visit sees it."""

    def send(self, frame: bytes) -> None:
        """Sends a frame; one that is closing swallows it."""
        ...

    def pause(self) -> None:
        """Stops reading."""
        ...

    def resume(self) -> None:
        """Reads again."""
        ...

    def close(self, code: int, reason: str) -> None:
        """Says goodbye."""
        ...


class Visit:
    """What one charger says, in turn with what we answer and ask."""

    __slots__ = (
        "_booted",
        "_boots",
        "_in_flight",
        "_inbox",
        "_inquiries",
        "_lane",
        "_lenient",
        "_loop",
        "_ordering",
        "_pace",
        "_registration",
        "_repeats",
        "_timer",
        "connection",
        "last_seen",
        "violations",
        "voice",
        "wire",
    )

    def __init__(
        self,
        connection: Connection,
        voice: Voice,
        wire: Wire,
        lane: WriteLane,
        *,
        lenient: bool,
        registration: str | None,
        rate: int,
        booted: Callable[[str], None],
    ) -> None:
        self.connection = connection
        self.voice = voice
        self.wire = wire
        self.last_seen = connection.since
        self.violations = 0
        self._booted = booted
        self._lane = lane
        self._lenient = lenient
        self._registration = registration
        self._loop = asyncio.get_running_loop()
        self._pace = Pace(rate, rate * BURST_SECONDS, self._loop.time())
        self._repeats = Repeats()
        self._ordering: Ordering | None = None
        self._inbox: deque[bytes] | None = None
        self._inquiries: set[asyncio.Task[None]] = set()
        self._in_flight = 0
        self._boots = 0
        self._timer: asyncio.TimerHandle | None = None

    @property
    def commands(self) -> Ordering:
        """What we ask of the charger."""
        if self._ordering is None:
            self._ordering = Ordering(self.voice, self.wire.send, self._log, self._write)
        return self._ordering

    def receive(self, frame: bytes) -> None:
        """A frame came; handled at once, or when its turn comes."""
        if self._inbox is None and self._may_go_on():
            self._handle(frame)
        elif self._inbox is None:
            self._inbox = deque((frame,))
            self.wire.pause()
        else:
            self._inbox.append(frame)

    def tidy(self) -> None:
        """Drops what is not needed any more; called now and then."""
        self._repeats.forget_old(self._loop.time())

    def end(self) -> None:
        """The connection is gone, or about to."""
        if self._inbox is not None:
            self._inbox = None
            self.wire.resume()  # or the charger's goodbye would not be read
        if self._timer:
            self._timer.cancel()
        if self._ordering:
            self._ordering.close()
        for inquiry in self._inquiries:
            inquiry.cancel()

    def overlong(self, problem: str) -> None:
        """A message was too long to be read: noted, for the socket closes."""
        self._refuse(
            Heard(self.voice, b"", None, None), b"", FaultyError(Fault.UNREADABLE, problem)
        )

    def _may_go_on(self) -> bool:
        if self._in_flight >= MOST_IN_FLIGHT or self._boots:
            return False  # the next answer goes on
        if self._pace.take(self._loop.time()):
            return True
        if self._timer is None:
            self._timer = self._loop.call_later(self._pace.delay(), self._on_time)
        return False

    def _on_time(self) -> None:
        self._timer = None
        self._go_on()

    def _go_on(self) -> None:
        while self._inbox and self._may_go_on():
            self._handle(self._inbox.popleft())
        if self._inbox is not None and not self._inbox:
            self._inbox = None
            self.wire.resume()

    def _handle(self, data: bytes) -> None:
        self.last_seen = now_us()
        frame = frames.read(data, self._lenient, self.voice.dialect.sends)
        if type(frame) is Call:
            self._hear(frame, data)
        elif isinstance(frame, Broken):
            heard = Heard(self.voice, data, frame.message_id, frame.action)
            self._refuse(heard, data, FaultyError(frame.fault, frame.problem))
        elif isinstance(frame, ResultError):
            self._disliked(frame, data)
        elif not isinstance(frame, Call) and not self.commands.settle(frame, data):
            self.violations += 1

    def _disliked(self, frame: ResultError, data: bytes) -> None:
        """The charger could not use an answer of ours."""
        heard = Heard(self.voice, data, frame.message_id, None, sent=True)
        heard.violation = f"our answer: {frame.code} {frame.description}"[:LONGEST_VIOLATION]
        self.violations += 1
        self._log(partial(heard.log, answer=None, error_code=storable(frame.code)))

    def _hear(self, call: Call, data: bytes) -> None:
        first, repeated = self._repeats.recall(call.message_id, data, self._loop.time())
        hearing = Hearing(self.voice, data, call.message_id, call.action, sent=call.sent)
        self._mask(hearing, call)
        if repeated:
            self._answer_again(hearing, first)
            return
        try:
            self._require_registered(call.action)
            hearing.understood = understand(self.voice.dialect, call, data, self._lenient)
        except FaultyError as error:
            if error.fault is Fault.SECURITY:  # it may well say the same once it is accepted
                self._repeats.forget(call.message_id, first)
            self._refuse(hearing, data, error, first)
            return
        except Exception:
            log.exception("%s: %s could not be read", self.voice.charge_point, call.action)
            self._repeats.forget(call.message_id, first)
            self._refuse(hearing, data, INTERNAL)
            return
        self._note(hearing)
        if isinstance(hearing.understood.fact, CertificateQuestion):
            self._in_flight += 1
            inquiry = asyncio.create_task(self._inquire(hearing, first, hearing.understood.fact))
            self._inquiries.add(inquiry)
            inquiry.add_done_callback(self._inquiries.discard)
        else:
            self._submit(hearing, first)

    async def _inquire(
        self, hearing: Hearing, first: First | None, question: CertificateQuestion
    ) -> None:
        """Asks elsewhere, holding no transaction; what comes back is heard instead."""
        services = self.voice.certificates
        answer = await services.answer(question) if services else unanswered(question, NOT_ENABLED)
        hearing.understood = hearing.understood._replace(fact=answer)
        self._in_flight -= 1
        self._submit(hearing, first)

    def _mask(self, hearing: Hearing, call: Call) -> None:
        """The message log keeps no secrets."""
        if isinstance(call.payload, dict):
            masked = self.voice.dialect.masked(call.action, call.payload)
            if masked is not call.payload:
                frame = frames.call(call.message_id, call.action, masked)
                hearing.text = self.voice.logged(str(frame, "utf-8"))

    def _require_registered(self, action: str) -> None:
        if not self.voice.dialect.hears(action, self._registration):
            answered = f"the last boot was answered {self._registration}"
            raise FaultyError(
                Fault.SECURITY, answered if self._registration else "before any BootNotification"
            )

    def _note(self, hearing: Hearing) -> None:
        """Notes how the CALL broke the rules, if it did."""
        notes = hearing.understood.notes
        if isinstance(hearing.understood.fact, Booted):
            self._boots += 1  # what comes behind it waits for our answer
        elif not self._registration:
            notes = (*notes, "before any BootNotification")
        if notes:
            self.violations += 1
            hearing.violation = "; ".join(notes)[:LONGEST_VIOLATION]

    def _refuse(
        self, heard: Heard, data: bytes, error: FaultyError, first: First | None = None
    ) -> None:
        self.violations += 1
        self._submit(refusal(heard, data, error), first)

    def _submit(self, job: Hearing | Refusal, first: First | None) -> None:
        try:
            self._lane.submit(job, partial(self._committed, job, first), self._loop)
        except LaneClosedError:
            return  # not stored, so not answered: the charger will tell again
        self._in_flight += 1

    def _committed(
        self,
        job: Hearing | Refusal,
        first: First | None,
        answer: bytes | None,
        error: BaseException | None,
    ) -> None:
        self._in_flight -= 1
        boot = job if _is_boot(job) else None
        if boot:
            self._boots -= 1
            if error is None:
                self._registration = boot.outcome.status
        if error is not None:
            answer = self._failed(job, error)
        self._answer(job, first, answer, keep=error is None)
        if boot and error is None and boot.outcome.status != "Rejected":
            self._booted(self.voice.charge_point)
        if self._inbox:
            self._go_on()

    def _answer(
        self, job: Hearing | Refusal, first: First | None, answer: bytes | None, *, keep: bool
    ) -> None:
        if answer is None:
            return
        self.wire.send(answer)
        if first is None:
            return
        for _ in range(first.waiting):
            self.wire.send(answer)
        first.waiting = 0
        first.answer = answer
        if not keep and job.message_id is not None:
            self._repeats.forget(job.message_id, first)

    def _failed(self, job: Hearing | Refusal, error: BaseException) -> bytes | None:
        """Our own fault: logged here, told without details, noted in the message log."""
        log.error("%s: %s failed", self.voice.charge_point, job.action, exc_info=error)
        failure = Refusal(self.voice, b"", job.message_id, job.action)
        failure.text, failure.call_time, failure.error = job.text, job.call_time, INTERNAL
        if isinstance(job, Hearing):
            self._log(failure.__call__)
        return failure.answer()[0]

    def _answer_again(self, hearing: Hearing, first: First) -> None:
        """The same CALL within a connection: the first answer again, and nothing done twice."""
        self.violations += 1
        hearing.violation = "the same message again: answered like the first"
        answer = first.answer
        self._log(partial(hearing.log, answer=answer))
        if answer is None:
            first.waiting += 1
        else:
            self.wire.send(answer)

    def _log(self, job: Callable[[Unit], Any]) -> None:
        """Writes what nobody waits for."""
        with suppress(LaneClosedError):
            self._lane.note(job, _complain)

    def _write(self, job: Callable[[Unit], Any]) -> "asyncio.Future[Any] | None":
        with suppress(LaneClosedError):
            written = self._lane.write(job)
            written.add_done_callback(lambda future: _complain(None, future.exception()))
            return written
        return None


def _is_boot(job: Hearing | Refusal) -> TypeGuard[Hearing]:
    return isinstance(job, Hearing) and isinstance(job.understood.fact, Booted)


def _complain(_: Any, error: BaseException | None) -> None:
    if error:
        log.error("a note in the message log failed", exc_info=error)
