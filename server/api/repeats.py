"""Lets a call with a request_id have its effect once, however often it comes.

A write keeps its answer in the transaction of its effect. An action reserves its
request_id first, so that even a server that dies between command and answer sends
nothing twice; a repeat in flight waits for the first.
"""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, NamedTuple

from peewee import IntegrityError

from server.api import answers, failures
from server.api.answers import Once, State, Stored
from server.domain.errors import RefusedError
from server.store.clock import now_us
from server.store.lane import WriteLane
from server.store.unit import Unit

Action = Callable[[], Coroutine[Any, Any, bytes]]

LONGEST_ACTION = 40 * 1_000_000
"""After how many microseconds an action without an answer is taken to be cut off."""
_LOOK_AGAIN = 0.2


class _Running(NamedTuple):
    """A first call in flight here."""

    request_hash: str
    answer: "asyncio.Task[bytes]"


class Repeats:
    """Tells first calls from repeats."""

    def __init__(self, lane: WriteLane) -> None:
        self._lane = lane
        self._running: dict[str, _Running] = {}

    async def write(self, job: Callable[[Unit], bytes], once: Once | None) -> bytes:
        """Runs the job on the lane; with `once`, only if it is the first call."""
        if once is None:
            return await self._write(job)
        try:
            return await self._write(_keeping(job, once))
        except RefusedError as error:
            refused = error
        answer = await self._lane.write(lambda unit: _after_refusal(unit, once, refused))
        if answer is None:
            raise refused
        return answer

    async def _write(self, job: Callable[[Unit], bytes]) -> bytes:
        try:
            return await self._lane.write(job)
        except IntegrityError:  # another node was faster: what it wrote is seen now
            return await self._lane.write(job)

    async def act(self, action: Action, once: Once | None) -> bytes:
        """Awaits the action; with `once`, only if it is the first call.

        It goes on to its end though the caller goes away: the command may be out.
        """
        if once is None:
            return await asyncio.shield(_begin(action()))
        running = self._running.get(once.key)
        if running is not None:
            if running.request_hash != once.request_hash:
                raise answers.reused(once)
            return once.kept(await asyncio.shield(running.answer))
        task = _begin(self._first(action, once))
        self._running[once.key] = _Running(once.request_hash, task)
        task.add_done_callback(lambda _: self._running.pop(once.key, None))
        return await asyncio.shield(task)

    async def _first(self, action: Action, once: Once) -> bytes:
        stored = await self._lane.write(lambda unit: _reserve(unit, once))
        if stored is not None:
            return await self._from_elsewhere(once, stored)
        try:
            answer = await action()
        except RefusedError as error:
            await self._settle_refusal(once, error)
            raise
        except BaseException:
            await self._settle_refusal(once, answers.cut_off())
            raise
        await self._lane.write(
            lambda unit: answers.settle(unit, once, State.ANSWERED, once.kept(answer))
        )
        return answer

    async def _from_elsewhere(self, once: Once, stored: Stored) -> bytes:
        """The answer to a first call that came to another node, or before a crash."""
        while stored.state == State.RESERVED:
            if now_us() > stored.create_time + LONGEST_ACTION:
                raise answers.cut_off()
            await asyncio.sleep(_LOOK_AGAIN)
            found = await self._lane.write(lambda unit: answers.find(unit, once, unit.now))
            if found is None:
                raise answers.cut_off()
            stored = found
        return answers.replay(stored)

    async def _settle_refusal(self, once: Once, error: RefusedError) -> None:
        status = failures.refusal(error).SerializeToString()
        if answers.is_remembered(error):
            await self._lane.write(lambda unit: answers.settle(unit, once, State.REFUSED, status))
        else:
            await self._lane.write(lambda unit: answers.forget(unit, once))


def _begin(action: Coroutine[Any, Any, bytes]) -> "asyncio.Task[bytes]":
    """The action as a task of its own, whose failure is nobody's if its caller has gone."""
    task = asyncio.get_running_loop().create_task(action)
    task.add_done_callback(lambda done: done.cancelled() or done.exception())
    return task


def _reserve(unit: Unit, once: Once) -> Stored | None:
    """Reserves the request_id; the first call, if this is a repeat."""
    stored = answers.find(unit, once, unit.now)
    if stored is None:
        answers.keep(unit, once, State.RESERVED)
    return stored


def _keeping(job: Callable[[Unit], bytes], once: Once) -> Callable[[Unit], bytes]:
    """The job, with its answer kept in the same transaction."""

    def keeping(unit: Unit) -> bytes:
        stored = answers.find(unit, once, unit.now)
        if stored is not None:
            return answers.replay(stored)
        answer = job(unit)
        answers.keep(unit, once, State.ANSWERED, once.kept(answer))
        return answer

    return keeping


def _after_refusal(unit: Unit, once: Once, refused: RefusedError) -> bytes | None:
    """The first answer, if the refusal comes of another node's having given it meanwhile; else
    the refusal is kept if it is to be, and there is none."""
    stored = answers.find(unit, once, unit.now)
    if stored is not None:
        return answers.replay(stored)
    if answers.is_remembered(refused):
        status = failures.refusal(refused).SerializeToString()
        answers.keep(unit, once, State.REFUSED, status)
    return None
