"""Payments that outside processors and terminals tell of."""

from typing import Any
from uuid import uuid4

import grpc
import pytest
from google.protobuf.json_format import ParseDict

from ampline.v1 import transaction_pb2 as pb
from ampline.v1.event_pb2 import ListEventsRequest
from ampline.v1.session_pb2 import GetSessionRequest, Session
from server.domain.access import Role
from server.domain.money import Money
from server.domain.payments import Method, Parts, State
from server.store import models
from server.work.money import payments
from tests.api.client import Client, refused
from tests.api.conftest import Api
from tests.api.samples import PARTNERS, TRANSACTIONS, USERS

T = pb.Transaction


def euros(units: int) -> dict[str, Any]:
    return {"currencyCode": "EUR", "units": str(units)}


def paying(session: str, units: int, **fields: Any) -> pb.Transaction:
    """A payment of a session at a terminal."""
    told = {"purchase": "SESSION", "purchasedResource": session, "method": "TERMINAL"}
    amounts = {"net": euros(units), "tax": euros(0), "total": euros(units)}
    return ParseDict({**told, **amounts, **fields}, pb.Transaction())


async def billed(api: Api, units: int = 10, user: str | None = None, **columns: Any) -> str:
    """A session that ended and costs so much."""
    row = {"name": f"sessions/{uuid4()}", "charge_point": "chargePoints/1", "state": 4}
    times = {"start_time": 1, "stop_time": 2, "create_time": 1, "update_time": 1}
    price = {"total_micros": units * 1_000_000, "currency": "EUR", "billing_state": 2}
    session = models.Session.insert({**row, **times, **price, "user": user, **columns})
    await api.lane.write(lambda unit: unit.execute(session))
    return str(row["name"])


async def payment_state(client: Client, session: str) -> str:
    shown = await client.sessions.GetSession(GetSessionRequest(name=session))
    return Session.PaymentState.Name(shown.payment_state).removeprefix("PAYMENT_")


async def step(client: Client, name: str, state: Any) -> Any:
    return await TRANSACTIONS.update(client, pb.Transaction(name=name, state=state))


async def test_a_session_is_paid_when_finalized_payments_cover_it(api: Api, client: Client) -> None:
    session = await billed(api)
    first = await TRANSACTIONS.create(client, paying(session, 4, state="AUTHORIZED"))
    assert await payment_state(client, session) == "PENDING"
    await step(client, first.name, T.FINALIZED)
    assert await payment_state(client, session) == "PARTIALLY_PAID"
    second = await TRANSACTIONS.create(client, paying(session, 6, state="FINALIZED"))
    assert await payment_state(client, session) == "PAID"
    assert second.finalize_time == second.create_time
    await step(client, second.name, T.REFUNDED)
    assert await payment_state(client, session) == "PARTIALLY_PAID"
    page = await client.events.ListEvents(ListEventsRequest(subjects=[session]))
    assert [each.type for each in page.events] == ["session.updated"] * 3


async def test_a_payment_that_failed(api: Api, client: Client) -> None:
    session = await billed(api)
    made = await TRANSACTIONS.create(client, paying(session, 10))
    patch = pb.Transaction(name=made.name, state=T.FAILED, failure_reason="card declined")
    failed = await TRANSACTIONS.update(client, patch)
    assert (failed.failure_reason, failed.fail_time) == ("card declined", failed.update_time)
    assert await payment_state(client, session) == "FAILED"
    again = await TRANSACTIONS.create(client, paying(session, 10))
    assert await payment_state(client, session) == "PENDING"
    await step(client, again.name, T.FINALIZED)
    assert await payment_state(client, session) == "PAID"


async def test_what_is_open_is_given_up_when_others_have_paid(api: Api, client: Client) -> None:
    session = await billed(api)
    ten, nothing = Money.of("EUR", 10), Money.of("EUR", 0)

    def owe(unit: Any) -> str:
        row = models.Session.get(models.Session.name == session)
        bill = Parts(ten, nothing, ten)
        return payments.record(unit, row, bill, Method.EXTERNAL, State.PENDING)

    name = await api.lane.write(owe)
    await TRANSACTIONS.create(client, paying(session, 10, state="FINALIZED"))
    open_one = await TRANSACTIONS.get(client, name)
    assert (open_one.state, open_one.reverse_time) == (T.REVERSED, open_one.update_time)
    page = await client.events.ListEvents(ListEventsRequest(subjects=[name]))
    changes = [each.transaction_changed for each in page.events]
    assert [(each.old_state, each.transaction.state) for each in changes] == [
        (T.STATE_UNSPECIFIED, T.PENDING),
        (T.PENDING, T.REVERSED),
    ]


async def test_a_session_that_is_not_billed_yet_waits(api: Api, client: Client) -> None:
    session = await billed(api, billing_state=1, total_micros=None)
    await TRANSACTIONS.create(client, paying(session, 10, state="FINALIZED"))
    assert await payment_state(client, session) == "PENDING"


async def test_a_payment_cannot_go_back(api: Api, client: Client) -> None:
    made = await TRANSACTIONS.create(client, paying(await billed(api), 10, state="FAILED"))
    refusal = await refused(step(client, made.name, T.FINALIZED))
    assert (refusal.code, refusal.reason) == (
        grpc.StatusCode.FAILED_PRECONDITION,
        "TRANSACTION_STATE",
    )
    assert refusal.metadata == {"from": "FAILED", "to": "FINALIZED"}


async def test_the_platforms_own_payments_are_its_own(api: Api, client: Client) -> None:
    session = await billed(api)
    refusal = await refused(TRANSACTIONS.create(client, paying(session, 10, method="BALANCE")))
    assert list(refusal.fields) == ["transaction.method"]
    made = await TRANSACTIONS.create(client, paying(session, 10))
    table = models.Transaction
    own = table.update(method=Method.BALANCE).where(table.name == made.name)
    await api.lane.write(lambda unit: unit.execute(own))
    refusal = await refused(step(client, made.name, T.FINALIZED))
    assert (refusal.reason, refusal.metadata) == ("TRANSACTION_NOT_OUTSIDE", {"method": "BALANCE"})
    labelled = await TRANSACTIONS.update(client, pb.Transaction(name=made.name, external_id="x"))
    assert (labelled.external_id, labelled.state) == ("x", T.PENDING)


@pytest.mark.parametrize(
    ("fields", "fault"),
    [
        ({"state": "REFUNDED"}, "state"),
        ({"total": euros(11)}, "total"),
        ({"net": {"currencyCode": "USD", "units": "10"}}, "net"),
        ({"net": euros(0), "total": euros(0)}, "total"),
        ({"net": euros(-10), "total": euros(-10)}, "total"),
        ({"net": {"currencyCode": "EUR", "nanos": 1}}, "net"),
        ({"purchase": "TOP_UP"}, "purchased_resource"),
        ({"purchasedResource": "sessions/nothing"}, "purchased_resource"),
        ({"user": "users/nobody"}, "user"),
        (
            {
                "net": {"currencyCode": "SEK"},
                "tax": {"currencyCode": "SEK"},
                "total": {"currencyCode": "SEK"},
            },
            "total",
        ),
    ],
)
async def test_a_payment_that_cannot_be(
    api: Api, client: Client, fields: dict[str, Any], fault: str
) -> None:
    refusal = await refused(TRANSACTIONS.create(client, paying(await billed(api), 10, **fields)))
    assert refusal.code is grpc.StatusCode.INVALID_ARGUMENT
    assert list(refusal.fields) == [f"transaction.{fault}"]


async def test_the_user_of_a_session_pays_for_it(api: Api, client: Client) -> None:
    user, other = await USERS.make(client), await USERS.make(client)
    session = await billed(api, user=user.name)
    made = await TRANSACTIONS.create(client, paying(session, 10))
    assert made.user == user.name
    refusal = await refused(TRANSACTIONS.create(client, paying(session, 10, user=other.name)))
    assert list(refusal.fields) == ["transaction.user"]


async def test_the_method_can_change_while_nothing_was_paid(api: Api, client: Client) -> None:
    made = await TRANSACTIONS.create(client, paying(await billed(api), 10))
    patch = pb.Transaction(name=made.name, method=T.EXTERNAL)
    assert (await TRANSACTIONS.update(client, patch)).method == T.EXTERNAL
    patch.method = T.BALANCE
    refusal = await refused(TRANSACTIONS.update(client, patch))
    assert list(refusal.fields) == ["transaction.method"]
    await step(client, made.name, T.AUTHORIZED)
    patch.method = T.TERMINAL
    refusal = await refused(TRANSACTIONS.update(client, patch))
    assert list(refusal.fields) == ["transaction.method"]


async def test_what_was_bought_for_how_much_stays(api: Api, client: Client) -> None:
    made = await TRANSACTIONS.create(client, paying(await billed(api), 10))
    patch = pb.Transaction(name=made.name, purchased_resource=await billed(api))
    refusal = await refused(TRANSACTIONS.update(client, patch))
    assert refusal.fields == {"transaction.purchased_resource": "cannot be changed"}


async def test_a_top_up_is_booked_once(client: Client) -> None:
    made = await TRANSACTIONS.make(client)
    user = made.purchased_resource
    assert (await USERS.get(client, user)).balance.units == 0
    await step(client, made.name, T.FINALIZED)
    await step(client, made.name, T.FINALIZED)
    assert (await USERS.get(client, user)).balance.units == 20
    await step(client, made.name, T.REFUNDED)
    assert (await USERS.get(client, user)).balance.units == 0


async def test_a_top_up_in_another_currency(client: Client) -> None:
    transaction = await TRANSACTIONS.build(client)
    for name in ("net", "tax", "total"):
        getattr(transaction, name).currency_code = "USD"
    refusal = await refused(TRANSACTIONS.create(client, transaction))
    assert refusal.fields == {"transaction.total": "must be in EUR"}


async def test_a_repeat_tells_of_one_payment(api: Api, client: Client) -> None:
    session, request_id = await billed(api), str(uuid4())
    told = paying(session, 10, state="FINALIZED")
    first = await TRANSACTIONS.create(client, told, request_id=request_id)
    assert await TRANSACTIONS.create(client, told, request_id=request_id) == first
    found = await TRANSACTIONS.list(client, purchased_resource=session)
    assert len(found.transactions) == 1


async def test_payments_are_found(api: Api, client: Client) -> None:
    other = await TRANSACTIONS.make(client)
    user = (await USERS.make(client)).name
    session = await billed(api, user=user)
    told = paying(session, 10, providerReference="P-1", externalId="e-1", method="EXTERNAL")
    made = await TRANSACTIONS.create(client, told)
    filters: list[dict[str, Any]] = [
        {"user": user},
        {"purchased_resource": session},
        {"state": T.PENDING},
        {"method": T.EXTERNAL},
        {"purchase": T.SESSION},
        {"provider_reference": "P-1"},
        {"external_id": "e-1"},
        {"created_since": made.create_time, "currency": "EUR"},
    ]
    for filter_ in filters:
        page = await TRANSACTIONS.list(client, **filter_)
        assert [each.name for each in page.transactions] == [made.name], filter_
    page = await TRANSACTIONS.list(client, created_before=made.create_time)
    assert [each.name for each in page.transactions] == [other.name]


async def test_payments_are_told_by_who_may_move_money(api: Api, client: Client) -> None:
    partner = (await PARTNERS.make(client)).name
    session = await billed(api, partner=partner)
    made = await TRANSACTIONS.create(client, paying(session, 10))
    assert made.partner == partner
    own = api.client(await api.key_of(Role.PARTNER_ADMIN, partner))
    assert (await TRANSACTIONS.get(own, made.name)).total.units == 10
    refusal = await refused(TRANSACTIONS.create(own, paying(session, 10)))
    assert refusal.metadata["permission"] == "MONEY"
    await own.close()
