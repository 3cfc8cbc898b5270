"""Many want the same money at once, from every node there is: it is given out once."""

import asyncio
import uuid
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import grpc
import pytest
from google.rpc.error_details_pb2 import ErrorInfo
from grpc_status import rpc_status

from ampline.v1.balance_entry_pb2 import ListBalanceEntriesRequest
from ampline.v1.user_pb2 import AddBalanceRequest, GetUserRequest
from server.store.database import connect_to, is_postgresql
from tests.faults.network import euros, made, make_network
from tests.faults.node import Node, started

BALANCE = 10_000
"""Cents that the driver has."""
SECONDS = 60.0


@pytest.fixture
async def nodes(tmp_path: Path, database_url: str) -> AsyncIterator[list[Node]]:
    """A node on SQLite; two on one PostgreSQL."""
    count = 2 if is_postgresql(connect_to(database_url)) else 1
    async with AsyncExitStack() as stack:
        nodes = []
        for number in range(count):
            folder = tmp_path / f"node{number}"
            folder.mkdir()
            node = Node(folder, database_url)
            nodes.append(await stack.enter_async_context(started(node)))
        await make_network(nodes[0], stations=0, drivers=1, cents=BALANCE)
        yield nodes


async def add(node: Node, cents: int, request_id: str | None = None) -> Any:
    """AddBalance's answer, or the reason of its refusal."""
    request = AddBalanceRequest(name="users/u0", amount=euros(cents), request_id=request_id)
    try:
        return await made(node.api.users.AddBalance, request)
    except grpc.aio.AioRpcError as error:
        return _reason(error)


async def entries(node: Node) -> list[int]:
    """What moved on the balance, newest first, in cents."""
    request = ListBalanceEntriesRequest(parent="users/u0", page_size=1_000)
    page = await made(node.api.users.ListBalanceEntries, request)
    assert not page.next_page_token
    return [_cents(entry.amount) for entry in page.balance_entries]


async def balance(node: Node) -> int:
    """In cents."""
    user = await made(node.api.users.GetUser, GetUserRequest(name="users/u0"))
    return _cents(user.balance)


async def test_debits_at_once_never_overdraw(nodes: list[Node]) -> None:
    async with asyncio.timeout(SECONDS):
        calls = [add(nodes[number % len(nodes)], -150) for number in range(200)]
        answers = await asyncio.gather(*calls)
    refused = [answer for answer in answers if answer == "INSUFFICIENT_BALANCE"]
    paid = [answer for answer in answers if not isinstance(answer, str)]
    assert len(paid) == BALANCE // 150
    assert len(paid) + len(refused) == 200
    left = sorted(_cents(answer.balance_entry.balance_after) for answer in paid)
    assert left == [BALANCE - 150 * number for number in range(len(paid), 0, -1)]
    assert await balance(nodes[0]) == BALANCE % 150
    assert await entries(nodes[0]) == [-150] * len(paid) + [BALANCE]


async def test_debits_and_credits_at_once_add_up(nodes: list[Node]) -> None:
    amounts = [-700, 300] * 60
    async with asyncio.timeout(SECONDS):
        calls = [add(nodes[place % len(nodes)], cents) for place, cents in enumerate(amounts)]
        answers = await asyncio.gather(*calls)
    moved = [
        cents for cents, answer in zip(amounts, answers, strict=True) if type(answer) is not str
    ]
    assert moved.count(300) == 60
    assert await balance(nodes[0]) == BALANCE + sum(moved)
    assert sorted(await entries(nodes[0])) == sorted([*moved, BALANCE])
    lowest = [_cents(a.balance_entry.balance_after) for a in answers if type(a) is not str]
    assert min(lowest) >= 0


@pytest.mark.parametrize("cents", [250, -250])
async def test_one_request_id_from_many_callers_moves_money_once(
    nodes: list[Node], cents: int
) -> None:
    request_id = str(uuid.uuid4())
    async with asyncio.timeout(SECONDS):
        calls = [add(nodes[number % len(nodes)], cents, request_id) for number in range(60)]
        answers = await asyncio.gather(*calls)
    assert all(answer == answers[0] for answer in answers)
    assert _cents(answers[0].balance_entry.amount) == cents
    assert await balance(nodes[0]) == BALANCE + cents
    assert await entries(nodes[0]) == [cents, BALANCE]


async def test_a_refusal_is_the_answer_to_every_repeat(nodes: list[Node]) -> None:
    request_id = str(uuid.uuid4())
    async with asyncio.timeout(SECONDS):
        calls = [add(nodes[0], -BALANCE - 1, request_id) for _ in range(20)]
        assert set(await asyncio.gather(*calls)) == {"INSUFFICIENT_BALANCE"}
        await add(nodes[0], 100)
        assert await add(nodes[0], -BALANCE - 1, request_id) == "INSUFFICIENT_BALANCE"
    assert await balance(nodes[0]) == BALANCE + 100


def _cents(money: Any) -> int:
    return int(money.units * 100 + money.nanos // 10_000_000)


def _reason(error: grpc.aio.AioRpcError) -> str:
    status: Any = rpc_status.from_call(error)  # type: ignore[arg-type]
    info = ErrorInfo()
    assert any(detail.Unpack(info) for detail in status.details)
    return info.reason
