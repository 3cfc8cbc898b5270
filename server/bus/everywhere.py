"""Chargers wherever they are connected: those of this node, and by the bus those of the others."""

import asyncio
import logging
from collections.abc import Callable
from functools import partial
from typing import Any, get_args

import orjson

from server.bus.written import read, write
from server.domain.commands import Command, CommandAnswer
from server.domain.errors import Outcome, RefusedError
from server.store.ids import new_id
from server.store.reads import ReadPool
from server.work.gone import Gone, Late, while_awaited
from server.work.ports import Bus, NobodyThereError, StationsHere
from server.work.stations import connections

log = logging.getLogger(__name__)
ON_THE_WAY = 0.2
"""Seconds of a time-out that are for the bus, so that the other node's own error arrives."""
MOST_LATE = 256
"""How many commands of other nodes' chargers may still be answered late."""
TIMED_OUT = "CHARGER_TIMEOUT"
"""After this an answer may still come; after any other refusal none does."""
DISCONNECTED_WITHIN = 10.0
"""Seconds that another node has to close a connection."""


class StationsEverywhere:
    """The port `Stations` where there are several nodes."""

    def __init__(self, here: StationsHere, bus: Bus, reads: ReadPool, node: str) -> None:
        self._here = here
        self._bus = bus
        self._reads = reads
        self._node = node
        self._asked: dict[str, Gone] = {}
        """Commands of other nodes that are under way here."""
        self._left: set[str] = set()
        """Those of them whose node has given up waiting."""
        self._late: dict[str, Late] = {}
        """Who hears the answers that other nodes get late, by the command."""
        self._telling: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """Answers the other nodes from now on."""
        await self._bus.serve(self._node, self._answer)

    async def command(
        self,
        charge_point: str,
        command: Command,
        timeout: float,  # noqa: ASYNC109 - the port's
        gone: Gone | None = None,
        late: Late | None = None,
    ) -> CommandAnswer:
        """See `work.ports.Stations`."""
        node = await self._node_of(charge_point)
        if node is None:
            return await self._here.command(charge_point, command, timeout, gone, late)
        question: dict[str, Any] = {
            "ask": "command",
            "id": new_id(),
            "charge_point": charge_point,
            "command": type(command).__name__,
            "said": orjson.Fragment(write(command)),
            "timeout": timeout - ON_THE_WAY,
            "from": self._node if late else "",
        }
        if late:
            self._remember(question["id"], late)
        withdraw = partial(self._tell, node, {"ask": "withdraw", "id": question["id"]})
        try:
            with while_awaited(gone, withdraw):
                answer = await self._ask(node, question, timeout)
        except NobodyThereError:
            self._late.pop(question["id"], None)
            # CHARGER_OFFLINE, unless it has come here meanwhile
            return await self._here.command(charge_point, command, timeout, gone, late)
        except RefusedError as refusal:
            if refusal.reason != TIMED_OUT:
                self._late.pop(question["id"], None)
            raise
        except TimeoutError:
            if late:
                self._tell(node, {"ask": "left", "id": question["id"]})
            raise RefusedError(
                Outcome.DEADLINE_EXCEEDED,
                TIMED_OUT,
                f"{charge_point} has not answered: its node has not",
                {"sent": "true"},
            ) from None
        except asyncio.CancelledError:
            withdraw()
            raise
        self._late.pop(question["id"], None)  # it was not late
        return read(CommandAnswer, answer)

    async def disconnect(self, charge_point: str, reason: str) -> bool:
        """See `work.ports.Stations`."""
        node = await self._node_of(charge_point)
        if node is None:
            return await self._here.disconnect(charge_point, reason)
        question = {"ask": "disconnect", "charge_point": charge_point, "reason": reason}
        try:
            return bool(await self._ask(node, question, DISCONNECTED_WITHIN))
        except (NobodyThereError, TimeoutError):
            return False

    def replaced(self, node: str, charge_point: str, since: int) -> None:
        """A charger that another node holds has come to this one."""
        self._tell(node, {"ask": "drop", "charge_point": charge_point, "since": since})

    async def _node_of(self, charge_point: str) -> str | None:
        """The other node that a charger is connected to; None = this one, or none."""
        if charge_point in self._here:
            return None
        node = await self._reads.look_up(lambda rows: connections.node_of(rows, charge_point))
        return None if node == self._node else node

    async def _ask(self, node: str, question: dict[str, Any], timeout: float) -> Any:  # noqa: ASYNC109 - as above
        answer = orjson.loads(await self._bus.ask(node, orjson.dumps(question), timeout))
        if "refused" in answer:
            outcome, reason, message, metadata = answer["refused"]
            raise RefusedError(Outcome(outcome), reason, message, metadata)
        return answer["done"]

    def _tell(self, node: str, question: dict[str, Any]) -> None:
        """Asks, and does not wait for the answer."""
        task = asyncio.create_task(self._tell_now(node, question))
        self._telling.add(task)
        task.add_done_callback(self._telling.discard)

    async def _tell_now(self, node: str, question: dict[str, Any]) -> None:
        try:
            await self._ask(node, question, DISCONNECTED_WITHIN)
        except (NobodyThereError, TimeoutError):
            log.info("%s did not hear: %s", node, question["ask"])

    async def _answer(self, data: bytes) -> bytes:
        """What another node asks of the chargers here."""
        question = orjson.loads(data)
        try:
            done = await _ASKED[question["ask"]](self, question)
        except RefusedError as error:
            refused = [error.outcome.value, error.reason, error.message, dict(error.metadata)]
            return orjson.dumps({"refused": refused})
        return orjson.dumps({"done": done})

    async def _command(self, question: dict[str, Any]) -> Any:
        command = read(COMMANDS[question["command"]], question["said"])
        gone: Gone = asyncio.get_running_loop().create_future()
        number, late = question["id"], None
        if question.get("from"):
            late = partial(self._tell_late, question)
        self._asked[number] = gone
        try:
            answer = await self._here.command(
                question["charge_point"], command, question["timeout"], gone, late
            )
            if late and number in self._left:  # in time here, too late there
                late(answer)
        finally:
            del self._asked[number]
            self._left.discard(number)
        return orjson.Fragment(write(answer))

    def _remember(self, number: str, late: Late) -> None:
        if len(self._late) >= MOST_LATE:
            del self._late[next(iter(self._late))]
        self._late[number] = late

    def _tell_late(self, question: dict[str, Any], answer: CommandAnswer) -> None:
        """A charger here has answered after its time-out what another node asked."""
        told = {"ask": "late", "id": question["id"], "answer": orjson.Fragment(write(answer))}
        self._tell(question["from"], told)

    async def _hear_late(self, question: dict[str, Any]) -> None:
        if late := self._late.pop(question["id"], None):
            late(read(CommandAnswer, question["answer"]))

    async def _leave(self, question: dict[str, Any]) -> None:
        if question["id"] in self._asked:
            self._left.add(question["id"])

    async def _withdraw(self, question: dict[str, Any]) -> None:
        gone = self._asked.get(question["id"])
        if gone is not None and not gone.done():
            gone.set_result(None)

    async def _disconnect(self, question: dict[str, Any]) -> bool:
        return await self._here.disconnect(question["charge_point"], question["reason"])

    async def _drop(self, question: dict[str, Any]) -> None:
        self._here.drop(question["charge_point"], question["since"])


COMMANDS: dict[str, type[Any]] = {kind.__name__: kind for kind in get_args(Command)}
_ASKED: dict[str, Callable[[StationsEverywhere, dict[str, Any]], Any]] = {
    "command": StationsEverywhere._command,  # noqa: SLF001 - its own
    "disconnect": StationsEverywhere._disconnect,  # noqa: SLF001 - its own
    "drop": StationsEverywhere._drop,  # noqa: SLF001 - its own
    "left": StationsEverywhere._leave,  # noqa: SLF001 - its own
    "late": StationsEverywhere._hear_late,  # noqa: SLF001 - its own
    "withdraw": StationsEverywhere._withdraw,  # noqa: SLF001 - its own
}
