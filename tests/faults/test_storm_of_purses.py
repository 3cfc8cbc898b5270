"""Every way to move money, from many callers, nodes and lives of a node at once: books balance."""

import asyncio
import random
from collections import Counter
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest
from peewee import fn

from server.domain.ledger import CONTRA_ACCOUNT, EntryType
from server.domain.payments import Purchase
from server.domain.payments import State as PaymentState
from server.domain.subscriptions import State
from server.resources import events
from server.store.database import connect_to, is_postgresql, open_database
from server.store.models import BalanceEntry, Event, Subscription, Transaction, User, Voucher
from tests.faults.acknowledged import Acknowledged
from tests.faults.network import make_network
from tests.faults.node import Node, started
from tests.faults.purser import VOUCHER_USES, Purser, make_offers

DRIVERS, PURSERS = 4, 8


@pytest.mark.parametrize(
    ("operations", "kills", "seconds"),
    [
        (250, 1, 150),
        pytest.param(10_000, 12, 1_500, marks=[pytest.mark.soak, pytest.mark.timeout(1_600)]),
    ],
)
async def test_the_books_balance(
    tmp_path: Path, database_url: str, operations: int, kills: int, seconds: float
) -> None:
    chance, known = random.Random(f"storm {operations}"), Acknowledged()
    count = 2 if is_postgresql(connect_to(database_url)) else 1
    async with asyncio.timeout(seconds), AsyncExitStack() as stack:
        nodes = []
        for number in range(count):
            folder = tmp_path / f"node{number}"
            folder.mkdir()
            node = Node(folder, database_url)
            nodes.append(await stack.enter_async_context(started(node)))
        await make_network(nodes[0], stations=0, drivers=DRIVERS, cents=5_000)
        await make_offers(nodes[0])
        pursers = [
            Purser(nodes[number % count], known, DRIVERS, random.Random(f"purser {number}"))
            for number in range(PURSERS)
        ]
        async with asyncio.TaskGroup() as storm:
            for purser in pursers:
                storm.create_task(purser.work())
            for _ in range(kills):
                await known.more(operations // (kills + 1))
                node = chance.choice(nodes)
                node.kill()
                await node.start()
            await known.more(operations // (kills + 1))
            known.enough.set()
        for node in nodes:
            assert await node.stop() == 0
    database = open_database(database_url)
    with database.connection_context():
        audit(pursers)


def audit(pursers: list[Purser]) -> None:
    """After all work came to its end."""
    _ledger(pursers)
    _books()
    _purchases()
    _vouchers()
    _subscriptions()
    _told()
    assert sum((purser.refusals for purser in pursers), Counter())


def _ledger(pursers: list[Purser]) -> None:
    """Each balance is the sum of its entries, and was never below zero; nothing told is missing."""
    for user in User.select():
        own = BalanceEntry.select().where(BalanceEntry.user == user.name)
        running = 0
        for number, entry in enumerate(own.order_by(BalanceEntry.number), start=1):
            running += entry.amount_micros
            assert (entry.number, entry.balance_after_micros) == (number, running)
            assert running >= 0
        assert user.balance_micros == running
    stored = {row.name for row in BalanceEntry.select(BalanceEntry.name)}
    told = [entry for purser in pursers for entry in purser.entries]
    assert len(set(told)) == len(told)
    assert stored.issuperset(told)
    causes = [(row.cause, row.entry_type) for row in BalanceEntry.select()]
    assert len(set(causes)) == len(causes)


def _books() -> None:
    """What users gained the operator's accounts lost, each by its type of entry."""
    total = fn.SUM(BalanceEntry.amount_micros)
    entries = BalanceEntry.select(BalanceEntry.contra_account, BalanceEntry.entry_type, total)
    grouped: Any = entries.group_by(BalanceEntry.contra_account, BalanceEntry.entry_type).tuples()
    sums = list(grouped)
    assert all(CONTRA_ACCOUNT[EntryType(kind)].value == account for account, kind, _ in sums)
    balances = User.select(fn.SUM(User.balance_micros)).scalar()
    assert sum(amount for *_, amount in sums) == balances


def _purchases() -> None:
    """Each fee that was paid is a payment, and each of those a debit."""
    for purchase, kind in (
        (Purchase.CUSTOM_FEE, EntryType.CUSTOM_FEE),
        (Purchase.SUBSCRIPTION, EntryType.SUBSCRIPTION_FEE),
    ):
        paid = Transaction.select().where(
            (Transaction.purchase == purchase) & (Transaction.state == PaymentState.FINALIZED)
        )
        booked = BalanceEntry.select().where(BalanceEntry.entry_type == kind)
        assert Counter((row.user, row.total_micros) for row in paid) == Counter(
            (row.user, -row.amount_micros) for row in booked
        )


def _vouchers() -> None:
    voucher = Voucher.get()
    used = BalanceEntry.select().where(BalanceEntry.entry_type == EntryType.VOUCHER)
    users = [row.user for row in used]
    assert len(set(users)) == len(users) == voucher.use_count <= VOUCHER_USES


def _subscriptions() -> None:
    """Nobody has two, and who has one is said to have it."""
    active = {row.user: row.name for row in Subscription.select() if row.state == State.ACTIVE}
    rows = Subscription.select().where(Subscription.state == State.ACTIVE)
    assert rows.count() == len(active)
    pointed = {row.name: row.active_subscription for row in User.select()}
    assert {user: name for user, name in pointed.items() if name} == active


def _told() -> None:
    """Each movement was told of, once."""
    rows = Event.select().where(Event.type == "user.balance_changed")
    told = [events.to_event(row).user_balance_changed.balance_entry.name for row in rows]
    assert Counter(told) == Counter(row.name for row in BalanceEntry.select())
