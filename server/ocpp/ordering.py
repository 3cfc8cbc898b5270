"""Commands to one charger, as the rest of the platform sees them: a command in, an answer out."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from functools import partial

from server.domain.commands import ClearChargingProfile, Command, CommandAnswer
from server.domain.errors import Outcome, RefusedError, precondition
from server.ocpp import call_entries, keeping
from server.ocpp.dialect import Order
from server.ocpp.hearing import Voice
from server.ocpp.link import frames
from server.ocpp.link.calls import Answer, Calls, Outgoing
from server.ocpp.link.frames import CallError
from server.ocpp.repair import repair
from server.ocpp.schemas import whole
from server.store.clock import now_us
from server.store.ids import new_id
from server.store.unit import Unit
from server.work.gone import Gone, Late, while_awaited
from server.work.stations import messages

Log = Callable[[Callable[[Unit], None]], None]
"""Gives a job to the write lane that nobody waits for."""

Write = Callable[[Callable[[Unit], None]], "asyncio.Future[None] | None"]
"""Gives a job to the write lane; None if that takes no more."""


class Ordering:
    """The commands of one connection."""

    __slots__ = ("_calls", "_log", "_send", "_voice", "_write")

    def __init__(self, voice: Voice, send: Callable[[bytes], None], log: Log, write: Write) -> None:
        self._voice = voice
        self._send = send
        self._log = log
        self._write = write
        self._calls = Calls(self._put_on_the_wire)

    async def command(
        self,
        command: Command,
        timeout: float,  # noqa: ASYNC109 - the port's
        gone: Gone | None = None,
        late: Late | None = None,
    ) -> CommandAnswer:
        """Says the command in the charger's version and waits for its answer.

        Of a command that takes several calls it is the last one's, or the first no; once the first
        was sent, the others are.
        """
        loop = asyncio.get_running_loop()
        end = loop.time() + timeout
        for step in self._voice.dialect.in_steps(command):
            answer = await self._say_of_each(step, end, gone, late)
            gone = None
            if not answer.accepted:
                break
        return answer

    async def _say_of_each(
        self, command: Command, end: float, gone: Gone | None, late: Late | None
    ) -> CommandAnswer:
        """One call, or one for each of an EVSE's connectors; the first no ends it. What is cleared
        need not have been on every connector."""
        loop = asyncio.get_running_loop()
        found = None
        for said in self._voice.numbers.said(command):
            answer = await self._say(said, end - loop.time(), gone, late)
            gone = None
            if not isinstance(command, ClearChargingProfile) and not answer.accepted:
                return answer
            found = answer if found is None or answer.accepted else found
        assert found is not None
        return found

    async def _say(
        self,
        command: Command,
        timeout: float,  # noqa: ASYNC109 - as above
        gone: Gone | None,
        late: Late | None,
    ) -> CommandAnswer:
        """One call, and its answer.

        Who goes away takes an unsent command along; one that was sent keeps its turn until its
        answer or its time-out, and what it tells is kept though nobody waits.
        """
        order, payload = self._voice.dialect.order(command)
        nobody_waits = _nobody_waits(self._voice.charge_point)
        if gone is not None and gone.done():
            raise nobody_waits
        loop = asyncio.get_running_loop()
        call = Outgoing(order.action, payload, loop.create_future())
        call.keep = partial(self._keep_alone, command, order, late)
        call.timer = loop.call_later(timeout, self._expire, call)
        withdraw = partial(self._calls.withdraw, call, nobody_waits)
        self._calls.put(call)
        try:
            with while_awaited(gone, withdraw):
                answer = await asyncio.shield(call.answer)
        except asyncio.CancelledError:
            call.is_left = True
            if call.answer.done() and not call.answer.exception():  # it came at that moment
                call.keep(call.answer.result())
            call.answer.add_done_callback(_look_away)
            withdraw()
            raise
        heard = _answer(order, answer, self._voice)
        await self._keep(command, heard)
        return heard

    def _keep_alone(
        self, command: Command, order: Order, late: Late | None, answer: Answer
    ) -> None:
        """Keeps what an answer tells that nobody waits for."""
        with suppress(RefusedError):  # it says nothing usable
            heard = _answer(order, answer, self._voice)
            job = keeping.job(self._voice.charge_point, command, heard)
            if job:
                self._log(job)
            if late:
                late(heard)

    async def _keep(self, command: Command, answer: CommandAnswer) -> None:
        """Keeps what the answer tells of the charger, before anybody else hears of it."""
        job = keeping.job(self._voice.charge_point, command, answer)
        written = self._write(job) if job else None
        if written:
            await asyncio.wait([written])

    def settle(self, answer: Answer, data: bytes) -> bool:
        """A CALLRESULT or CALLERROR came; False if we asked nothing of that id."""
        settled = self._calls.settle(answer)
        text = str(data, "utf-8", "replace")
        if settled is None:
            self._log(
                partial(messages.record, entry=call_entries.unasked(self._voice, answer, text))
            )
            return False
        call, late = settled
        if late or call.is_left:
            call.keep(answer)
        self._log(
            partial(messages.answered, entry=call_entries.answered(self._voice, call, answer, late))
        )
        return True

    def close(self) -> None:
        """The connection is gone."""
        self._calls.close(offline(self._voice.charge_point))

    def _expire(self, call: Outgoing) -> None:
        self._calls.expire(call, _timed_out(self._voice.charge_point, call))

    def _put_on_the_wire(self, call: Outgoing) -> None:
        call.message_id, call.call_time = new_id(), now_us()
        entry = call_entries.sent(self._voice, call)
        self._log(partial(messages.sent, entry=entry))
        self._send(frames.call(call.message_id, call.action, call.payload))


def _look_away(answer: "asyncio.Future[Answer]") -> None:
    """Nobody waits any more: whatever it is, it is no news."""
    if not answer.cancelled():
        answer.exception()


def _answer(order: Order, answer: Answer, voice: Voice) -> CommandAnswer:
    """What the charger says to a command. RefusedError CHARGER_ERROR if it says nothing usable."""
    if isinstance(answer, CallError):
        raise _charger_error(answer.code, answer.description)
    payload = {} if answer.payload is None else answer.payload
    if not isinstance(payload, dict):
        raise _charger_error("FormationViolation", "the answer's payload is no object")
    if not order.response.is_valid(payload):
        payload, _, left = repair(payload, order.response, voice.dialect.tolerance)
        if left:
            raise _charger_error("FormationViolation", f"{left[0].field} {left[0].message}")
    return order.hear(whole(payload))


def _charger_error(code: str, description: str) -> RefusedError:
    return precondition(
        "CHARGER_ERROR",
        f"the charger answered {code}",
        error_code=code,
        error_description=description,
    )


def _timed_out(charge_point: str, call: Outgoing) -> RefusedError:
    done = "has not answered" if call.sent else "has not answered what was asked before"
    return RefusedError(
        Outcome.DEADLINE_EXCEEDED,
        "CHARGER_TIMEOUT",
        f"{charge_point} {done}",
        {"sent": str(call.sent).lower()},
    )


def _nobody_waits(charge_point: str) -> RefusedError:
    return RefusedError(
        Outcome.UNAVAILABLE,
        "CALLER_GONE",
        f"{charge_point} was not asked: nobody waits for its answer any more",
    )


def offline(charge_point: str, last_seen: str | None = None) -> RefusedError:
    """The charger is connected to no node."""
    metadata = {"last_seen_time": last_seen} if last_seen else {}
    sentence = f"{charge_point} is not connected"
    return RefusedError(Outcome.UNAVAILABLE, "CHARGER_OFFLINE", sentence, metadata)
