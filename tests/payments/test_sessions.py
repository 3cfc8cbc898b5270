"""Sessions that are paid by card: reserved, begun, taken, and what is left given free."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from google.protobuf.json_format import ParseDict

from ampline.v1 import charge_point_action_pb2 as pb
from ampline.v1 import tariff_group_pb2, tariff_pb2
from ampline.v1.session_payment_pb2 import AssignUserRequest
from ampline.v1.session_pb2 import GetSessionRequest, Session
from ampline.v1.transaction_pb2 import Transaction
from server.domain.commands import CommandAnswer, StartTransaction
from server.domain.facts import StopReason, TransactionEnded, TransactionStarted
from server.store import models
from server.store.unit import Unit
from server.work.sessions import authorization, charging, expiry, session_rows
from tests.api.client import refused
from tests.api.samples import CHARGE_POINTS, EVSES, ID_TAGS, TARIFF_GROUPS, TARIFFS, TRANSACTIONS
from tests.api.test_outside_payments import paying, payment_state
from tests.api.test_session_payments import payments_of
from tests.api.test_user_actions import a_user, balance
from tests.payments.conftest import CARDS, Shop
from tests.payments.stand_in import Fault
from tests.payments.test_charges import later, steps, with_card
from tests.work.bridge import measured, sample

CP = "chargePoints/CP1"
EUR = {"currencyCode": "EUR"}
TARIFF = {
    "displayName": "By card",
    "currency": "EUR",
    "taxPercent": {"value": "20"},
    "pricesIncludeTax": True,
    "preauthorizeAmount": {**EUR, "units": "30"},
    "elements": [{"dimension": "ENERGY", "unitPrice": {**EUR, "units": "1"}}],
}
BY_PAGE = {"paymentPage": {"returnUrl": "https://driver.example/done"}}


@pytest.fixture
async def place(shop: Shop) -> Shop:
    """A charge point that is online, where a kWh costs 1 EUR and 30 EUR are reserved."""
    await CHARGE_POINTS.make(shop.client, charge_point_id="CP1")
    await EVSES.create(shop.client, await EVSES.build(shop.client), parent=CP)
    shop.api.stations.connect(CP)
    tariff = await TARIFFS.create(shop.client, ParseDict(TARIFF, tariff_pb2.Tariff()))
    group = tariff_group_pb2.TariffGroup(display_name="All", operator_default=True)
    group.entries.add(tariff=tariff.name)
    await TARIFF_GROUPS.create(shop.client, group)
    return shop


async def start(shop: Shop, **fields: Any) -> pb.StartSessionResponse:
    request = ParseDict({"chargePoint": CP, "evse": 1, **fields}, pb.StartSessionRequest())
    answer: pb.StartSessionResponse = await shop.client.actions.StartSession(request)
    return answer


async def run(shop: Shop, token: str, wh: int) -> None:
    """The charger begins, and ends when so much was charged."""
    now = datetime.now(UTC)
    started = TransactionStarted(1, 1, token, 0, now - timedelta(hours=6))

    def tell(unit: Unit) -> None:
        begun = charging.start(unit, CARDS, CP, started)
        assert begun.authorization.accepted
        charging.end(
            unit, CARDS, CP, TransactionEnded(begun.transaction_id, wh, now, StopReason.LOCAL)
        )

    await shop.api.lane.write(tell)
    await shop.carry_on()


async def shown(shop: Shop, session: str) -> Session:
    told: Session = await shop.client.sessions.GetSession(GetSessionRequest(name=session))
    return told


def bank(shop: Shop) -> tuple[int, int]:
    """What is reserved at drivers' banks, and what was taken: in cents."""
    return shop.stripe.account.held(), shop.stripe.account.taken()


@pytest.mark.parametrize(
    ("wh", "taken", "payments"),
    [
        (5_000, 500, [("EXTERNAL", "FINALIZED", 5)]),
        (0, 0, [("EXTERNAL", "REVERSED", 30)]),
        (40_000, 4_000, [("EXTERNAL", "FINALIZED", 10), ("EXTERNAL", "FINALIZED", 30)]),
    ],
)
async def test_of_what_was_reserved_the_bill_is_taken(
    place: Shop, wh: int, taken: int, payments: Any
) -> None:
    answer = await start(place, user=await with_card(place))
    assert (answer.charger_status, bank(place)) == ("Accepted", (3_000, 0))
    await run(place, answer.session.token, wh)
    await place.notified(again=2)
    assert (bank(place), await steps(place)) == ((0, taken), [])
    assert sorted(await payments_of(place.client, answer.session.name)) == sorted(payments)
    state = await payment_state(place.client, answer.session.name)
    assert state == ("PAID" if taken else "NOT_REQUIRED")


async def test_a_card_that_is_declined_starts_nothing(place: Shop) -> None:
    refusal = await refused(start(place, user=await with_card(place, "pm_declined")))
    assert (refusal.reason, refusal.metadata["failure_reason"]) == (
        "PAYMENT_REFUSED",
        "insufficient_funds",
    )
    assert (place.api.stations.sent, bank(place), await steps(place)) == ([], (0, 0), [])


async def test_what_is_not_begun_is_given_free(place: Shop) -> None:
    place.api.stations.connect(CP, lambda _: CommandAnswer("Rejected", False))
    refusal = await refused(start(place, user=await with_card(place)))
    assert refusal.reason == "CHARGER_REJECTED"
    await place.carry_on()
    assert (bank(place), await steps(place)) == ((0, 0), [])


async def test_what_was_reserved_and_not_heard_of_is_given_free(place: Shop) -> None:
    place.stripe.faults.append(Fault.LOST)
    refusal = await refused(start(place, user=await with_card(place)))
    assert (refusal.reason, bank(place)) == ("GATEWAY_UNAVAILABLE", (3_000, 0))
    await later(place)
    assert (place.api.stations.sent, bank(place), await steps(place)) == ([], (0, 0), [])


async def test_somebody_whom_nobody_knows_pays_on_a_page(place: Shop) -> None:
    answer = await start(place, **BY_PAGE)
    session, page = answer.session, answer.payment_page.url.rpartition("/")[2]
    assert (session.state, session.token, place.api.stations.sent) == (Session.PENDING, "", [])
    place.stripe.account.pay(page)
    await place.notified(again=2)
    ((_, sent),) = place.api.stations.sent
    assert isinstance(sent, StartTransaction)
    assert bank(place) == (3_000, 0)
    decided = await place.api.lane.write(
        lambda unit: authorization.shown(unit, CARDS, CP, sent.token).reason
    )
    assert decided is None
    await run(place, sent.token, 40_000)
    assert bank(place) == (0, 3_000)
    assert await payment_state(place.client, session.name) == "PARTIALLY_PAID"
    assert sorted(await payments_of(place.client, session.name)) == [
        ("EXTERNAL", "FINALIZED", 30),
        ("EXTERNAL", "PENDING", 10),
    ]


async def test_a_page_that_stripe_does_not_make(place: Shop) -> None:
    place.stripe.account.refuses.add("page")
    refusal = await refused(start(place, **BY_PAGE))
    assert (refusal.reason, refusal.metadata["failure_reason"]) == (
        "PAYMENT_REFUSED",
        "amount_too_small",
    )
    assert (place.api.stations.sent, await steps(place)) == ([], [])


async def test_a_token_is_what_it_is_taken_of(place: Shop) -> None:
    answer = await start(place, paymentToken="pm_good")
    assert (answer.charger_status, bank(place)) == ("Accepted", (3_000, 0))
    await run(place, answer.session.token, 7_000)
    assert (bank(place), await steps(place)) == ((0, 700), [])
    assert await payment_state(place.client, answer.session.name) == "PAID"


async def test_whom_nobody_knows_charges_for_what_is_reserved(place: Shop) -> None:
    session = (await start(place, paymentToken="pm_good")).session
    started = TransactionStarted(1, 1, session.token, 0, datetime.now(UTC) - timedelta(hours=6))

    def charge(unit: Unit) -> Any:
        begun = charging.start(unit, CARDS, CP, started)
        for minutes, wh in ((350, 100), (5, 30_100)):
            told = measured(begun.transaction_id, sample(minutes, wh))
            charging.measure(unit, CP, told)
        return session_rows.by_name(unit, session.name)

    row = await place.api.lane.write(charge)
    user = await a_user(place.client, 50)
    assigned = AssignUserRequest(name=session.name, user=user)
    await place.client.session_payments.AssignUser(assigned)
    assert (await shown(place, session.name)).user == user  # what is reserved pays all the same
    await place.api.lane.write(
        lambda unit: charging.close(
            unit, CARDS, session_rows.by_name(unit, session.name) or row, StopReason.FORCE_STOP
        )
    )
    await place.carry_on()
    assert (bank(place), await balance(place.client, user)) == ((0, 3_000), 50)
    assert (row.stop_reason, row.stop_due_time is not None) == (StopReason.AMOUNT_LIMIT, True)


async def test_who_does_not_pay_does_not_charge(place: Shop) -> None:
    session = (await start(place, **BY_PAGE)).session.name
    over = models.Session.update(expire_time=1).where(models.Session.name == session)
    await place.api.lane.write(lambda unit: unit.execute(over))
    await place.api.lane.write(lambda unit: expiry.expire_pending(unit, CARDS))
    await place.carry_on()
    (page,) = place.stripe.account.pages.values()
    assert (page["status"], (await shown(place, session)).state) == ("expired", Session.EXPIRED)
    assert await payments_of(place.client, session) == [("EXTERNAL", "REVERSED", 30)]
    await place.notified()
    assert (place.api.stations.sent, await steps(place)) == ([], [])


async def test_what_is_not_taken_for_now_is_taken_later(place: Shop) -> None:
    answer = await start(place, user=await with_card(place))
    place.stripe.account.refuses.add("capture")
    await run(place, answer.session.token, 5_000)
    assert (bank(place), place.stripe.calls["payment_intents"]) == ((3_000, 0), 2)
    place.stripe.account.refuses.clear()
    place.stripe.forget_keys()
    await later(place)
    assert (bank(place), await steps(place)) == ((0, 500), [])


@pytest.mark.parametrize(("card", "held"), [("pm_good", 3_000), ("pm_declined", 0)])
async def test_who_begins_at_the_charger_has_it_reserved_meanwhile(
    place: Shop, card: str, held: int
) -> None:
    tag = await ID_TAGS.build(place.client)
    tag.user = await with_card(place, card)
    tag = await ID_TAGS.create(place.client, tag)
    began = TransactionStarted(1, 1, tag.token, 0, datetime.now(UTC))
    await place.api.lane.write(lambda unit: charging.start(unit, CARDS, CP, began))
    await place.carry_on()
    assert bank(place) == (held, 0)
    (row,) = await place.api.lane.write(lambda unit: session_rows.open_of(unit, tag.user))
    ends = (row.stop_due_time is not None, row.stop_reason)
    assert ends == ((False, None) if held else (True, StopReason.DE_AUTHORIZED))

    def close(unit: Unit) -> None:
        charging.close(unit, CARDS, row, StopReason.FORCE_STOP)

    await place.api.lane.write(close)
    await place.carry_on()
    assert (bank(place), await steps(place)) == ((0, 0), [])


async def test_others_may_pay_meanwhile(place: Shop) -> None:
    answer = await start(place, user=await with_card(place))
    place.stripe.faults.append(Fault.BUSY)
    await run(place, answer.session.token, 5_000)
    session = answer.session.name
    told = await TRANSACTIONS.create(place.client, paying(session, 5, state="FINALIZED"))
    await later(place)
    assert bank(place)[0] == 0
    assert await payment_state(place.client, session) == "PAID"
    assert told.state == Transaction.FINALIZED
    assert place.stripe.account.taken() == 0
