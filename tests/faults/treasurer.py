"""A client that moves money and makes ID tags, and calls again when it got no answer."""

import random
import uuid
from collections.abc import Callable
from typing import Any

import grpc
from google.protobuf.message import Message

from ampline.services import Services
from ampline.v1.id_tag_pb2 import CreateIdTagRequest, IdTag
from ampline.v1.user_pb2 import AddBalanceRequest
from tests.faults.acknowledged import Acknowledged, Movement
from tests.faults.network import euros, made
from tests.faults.node import Node

_CALL_AGAIN = {
    grpc.StatusCode.UNAVAILABLE,
    grpc.StatusCode.CANCELLED,
    grpc.StatusCode.DEADLINE_EXCEEDED,
}


class Treasurer:
    """Calls one RPC after the other, each with a request_id of its own."""

    def __init__(
        self, node: Node, known: Acknowledged, name: str, drivers: int, chance: random.Random
    ) -> None:
        self._node = node
        self._known = known
        self._name = name
        self._drivers = drivers
        self._chance = chance
        self._tags = 0

    async def work(self) -> None:
        """Works until it is enough."""
        while not self._known.enough.is_set():
            await self._chance.choice((self.move_money, self.move_money, self.make_tag))()

    async def move_money(self) -> None:
        """Adds to a balance, or takes more from it than it may have."""
        user = f"users/u{self._chance.randrange(self._drivers)}"
        cents = self._chance.choice((1, 250, 1_000, -3, -400, -200_000))
        request = AddBalanceRequest(name=user, amount=euros(cents), request_id=self._request_id())
        try:
            answer = await self._twice(lambda api: api.users.AddBalance, request)
        except grpc.aio.AioRpcError as error:
            if error.code() is not grpc.StatusCode.FAILED_PRECONDITION:
                raise
            self._known.refused += 1
        else:
            self._known.movements.append(Movement(answer.balance_entry.name, user, cents))
        self._known.one_more()

    async def make_tag(self) -> None:
        """Makes an ID tag."""
        self._tags += 1
        token = f"{self._name}-{self._tags}"
        request = CreateIdTagRequest(id_tag=IdTag(token=token), request_id=self._request_id())
        answer = await self._twice(lambda api: api.id_tags.CreateIdTag, request)
        self._known.tags.add(answer.name)
        self._known.one_more()

    async def _twice(self, method: Callable[[Services], Any], request: Message) -> Any:
        """The answer; now and then the call is made again though it was answered."""
        answer = await self._until_answered(method, request)
        if self._chance.random() < 0.1:
            assert await self._until_answered(method, request) == answer
        return answer

    async def _until_answered(self, method: Callable[[Services], Any], request: Message) -> Any:
        while True:
            await self._node.up.wait()
            try:
                return await made(method(self._node.api), request)
            except grpc.aio.AioRpcError as error:
                if error.code() not in _CALL_AGAIN:
                    raise

    def _request_id(self) -> str:
        return str(uuid.UUID(int=self._chance.getrandbits(128), version=4))
