"""Lets a call with a request_id have its effect once, however often it comes.

A write keeps its answer in the transaction of its effect. An action reserves its
request_id first, so that even a server that dies between command and answer sends
nothing twice; a repeat in flight waits for the first.
"""

import asyncio
from collections.abc import Callable, Coroutine
from functools import partial
from typing import Any

from peewee import IntegrityError

from server.api import answers, failures
from server.api.answers import Once, State, Stored
from server.domain.errors import RefusedError
from server.store.clock import now_us
from server.store.lane import WriteLane
from server.store.unit import Unit
from server.work.gone import Gone

Action = Callable[[Gone], Coroutine[Any, Any, bytes]]
"""What is to be done, and whether anybody still waits for that."""

LONGEST_ACTION = 40 * 1_000_000
"""After how many microseconds an action without an answer is taken to be cut off."""
_LOOK_AGAIN = 0.2


class _Running:
    """A first call in flight here, and those who wait for its answer."""

    def __init__(self, request_hash: str, begin: Action) -> None:
        self.request_hash = request_hash
        self._gone: Gone = asyncio.get_running_loop().create_future()
        self.task = _begin(begin(self._gone))
        self._waiting = 0

    async def answer(self) -> bytes:
        """What comes of it. It goes on though all who wait go away: the command may be out."""
        self._waiting += 1
        try:
            return await asyncio.shield(self.task)
        finally:
            self._waiting -= 1
            if not self._waiting and not self.task.done() and not self._gone.done():
                self._gone.set_result(None)


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
        """Awaits the action; with `once`, only if it is the first call."""
        if once is None:
            return await _Running("", action).answer()
        running = self._running.get(once.key)
        if running is not None:
            if running.request_hash != once.request_hash:
                raise answers.reused(once)
            return once.kept(await running.answer())
        running = _Running(once.request_hash, partial(self._first, action, once))
        self._running[once.key] = running
        running.task.add_done_callback(lambda _: self._running.pop(once.key, None))
        return await running.answer()

    async def _first(self, action: Action, once: Once, gone: Gone) -> bytes:
        stored = await self._lane.write(lambda unit: _reserve(unit, once))
        if stored is not None:
            return await self._from_elsewhere(once, stored)
        try:
            answer = await action(gone)
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
