"""Receipts: numbered without gaps, frozen, and together what is billed."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from functools import partial
from itertools import count
from random import Random
from typing import Any

import pytest
from peewee import Database

from ampline.v1.receipt_pb2 import Receipt as Message
from server.domain.errors import RefusedError
from server.domain.money import Money, total, zero
from server.domain.months import Month
from server.domain.payments import Method, Parts, Purchase, State, Told
from server.resources.receipts import MAPPING
from server.resources.tariff_terms import money
from server.store.clock import now_us, to_us
from server.store.lane import WriteLane
from server.store.models import (
    BalanceEntry,
    Location,
    Partner,
    Receipt,
    Session,
    Transaction,
    User,
)
from server.work.money import gateway_payments, payments, receipts
from server.work.rules import Operator, Rules
from server.work.sessions.session_rows import SessionWarning, warnings_blob
from tests.domain.pricing_terms import eur
from tests.work.bridge import Bridge, ended, events, only_session, started
from tests.work.network import Write

OPERATOR = Operator(
    "Volt B.V.", ("Kade 1", "1011 AB Amsterdam"), "NL001", "KvK 2", "x@volt.example"
)
RULES = Rules(time_zone="Europe/Amsterdam", operator=OPERATOR)
ANN = "users/ann"


METERS = count(1_000, 10_000)
"""Where the register stands when a session begins: it tells sessions apart."""


def charge(bridge: Bridge, wh: int = 4_000) -> str:
    meter = next(METERS)
    transaction = bridge.start(started(60, meter_start_wh=meter)).transaction_id
    bridge.end(ended(transaction, meter + wh))
    found = Session.get(Session.ocpp_transaction_id == transaction)
    return str(found.name)


def receipt_of(write: Write, session: str, language: str | None = None) -> Message:
    found: Message = write(lambda unit: receipts.of_session(unit, RULES, session, language))
    return found


def all_receipts() -> list[Message]:
    query = MAPPING.query().order_by(Receipt.year, Receipt.place)
    rows: Any = query.tuples()
    return [MAPPING.to_message(row) for row in rows]


def corrected(bridge: Bridge, session: str, wh: int) -> None:
    """The charger tells of another end, of a session that was closed for it."""
    closed = Session.update(warnings=warnings_blob([SessionWarning.ENDED_WITHOUT_STOP]))
    closed.where(Session.name == session).execute()
    row = Session.get(Session.name == session)
    known: Any = row
    bridge.end(ended(known.ocpp_transaction_id, known.meter_start_wh + wh))


def test_a_receipt_is_the_bill_and_stays_as_it_is(bridge: Bridge, write: Write) -> None:
    Location.update(display_name="Pier").execute()
    User.update(given_name="Ann", family_name="Öz", language_code="nl-NL").execute()
    session = charge(bridge)
    told = receipt_of(write, session)
    price = only_session()
    assert told.kind == Message.SESSION
    assert (money(told.total), money(told.net), money(told.tax)) == (
        eur(2),
        eur("1.65"),
        eur("0.35"),
    )
    (tax_line,) = told.tax_lines
    assert (tax_line.tax_percent.value, money(tax_line.tax)) == ("21", eur("0.35"))
    assert (told.seller.display_name, told.seller.vat_number) == ("Volt B.V.", "NL001")
    assert list(told.seller.address_lines) == ["Kade 1", "1011 AB Amsterdam"]
    assert (told.buyer.display_name, told.language_code) == ("Ann Öz", "nl-NL")
    (item,) = told.items
    assert (item.resource, item.place, item.energy_wh) == (session, "Pier", 4_000)
    assert item.time_zone == "Europe/Amsterdam"
    assert len(item.price_lines) == 1
    assert price.total_micros == 2_000_000
    User.update(given_name="Someone", family_name="Else").execute()
    Location.update(display_name="Elsewhere").execute()
    assert receipt_of(write, session, "de") == told == all_receipts()[0]
    assert events("receipt") == ["receipt.created"]


def test_a_correction_is_a_receipt_of_its_own(bridge: Bridge, write: Write) -> None:
    session = charge(bridge, 4_000)
    first = receipt_of(write, session)
    User.update(given_name="Someone").execute()
    corrected(bridge, session, 3_000)
    corrected(bridge, session, 6_000)
    kept, less, more = all_receipts()
    assert kept == first
    assert [money(each.total) for each in (less, more)] == [eur("-0.50"), eur("1.50")]
    assert {each.kind for each in (less, more)} == {Message.CORRECTION}
    for each in (less, more):
        assert (each.corrected_receipt, each.corrected_number) == (first.name, first.number)
        assert (each.session, each.buyer, each.seller) == (session, first.buyer, first.seller)
        assert not each.items[0].price_lines
    assert total("EUR", (money(each.total) or zero("EUR") for each in all_receipts())) == eur(3)
    corrected(bridge, session, 6_000)  # nothing else
    assert len(all_receipts()) == 3


def test_without_a_receipt_a_correction_is_none(bridge: Bridge, write: Write) -> None:
    session = charge(bridge, 4_000)
    corrected(bridge, session, 3_000)
    assert all_receipts() == []
    assert money(receipt_of(write, session).total) == eur("1.50")


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"billing_state": 3}, "NOT_BILLED"),
        ({"price": None}, "NOT_BILLED"),
        ({"payment_state": 5}, "NOTHING_BOUGHT"),
    ],
)
def test_what_has_no_receipt(
    bridge: Bridge, write: Write, change: dict[str, Any], reason: str
) -> None:
    session = charge(bridge)
    Session.update(**change).execute()
    with pytest.raises(RefusedError) as refused:
        receipt_of(write, session)
    assert refused.value.reason == reason
    assert all_receipts() == []


def last_month() -> Month:
    return Month.numbered(Month.of(now_us(), UTC).number - 1)


def month_of(write: Write, month: Month | None = None) -> Message:
    told = month or last_month()
    found: Message = write(lambda unit: receipts.of_month(unit, RULES, ANN, told, "EUR", None))
    return found


def long_ago(*sessions: str, day: int = 15) -> None:
    month = last_month()
    moment = to_us(datetime(month.year, month.month, day, 12, tzinfo=UTC))
    moved = Session.update(start_time=moment, stop_time=moment + 3_600_000_000)
    moved.where(Session.name.in_(sessions)).execute()


def test_a_month_is_what_has_no_receipt_yet(bridge: Bridge, write: Write) -> None:
    alone, first, second, now = (charge(bridge) for _ in range(4))
    long_ago(alone, first, second)
    receipt_of(write, alone)

    def pay(unit: Any) -> None:
        """A plan's fee, a fee of the operator's that failed, and money on the balance."""
        fee = Parts(eur(10), eur("2.10"), eur("12.10"))
        for purchase, state in (
            (Purchase.SUBSCRIPTION, State.FINALIZED),
            (Purchase.CUSTOM_FEE, State.FAILED),
            (Purchase.TOP_UP, State.FINALIZED),
        ):
            bought = payments.Bought(purchase, "subscriptions/1", ANN, None)
            payments.record_of(unit, bought, fee, Method.BALANCE, state)

    write(pay)
    month = last_month()
    paid = to_us(datetime(month.year, month.month, 1, 12, tzinfo=UTC))
    Transaction.update(finalize_time=paid).where(Transaction.purchase != Purchase.SESSION).execute()
    told = month_of(write)
    assert (told.month.year, told.month.month) == month
    assert [item.resource for item in told.items[:2]] == [first, second]
    assert [money(item.total) for item in told.items] == [eur(2), eur(2), eur("12.10")]
    assert (money(told.total), money(told.tax)) == (eur("16.10"), eur("2.80"))
    assert month_of(write) == told
    assert receipt_of(write, first) == told
    late = charge(bridge, 6_000)
    long_ago(late)
    assert [item.resource for item in month_of(write).items] == [late]
    fee = told.items[2].resource
    for answer in (Told(State.FINALIZED, refunded=eur("2.42")), Told(State.REFUNDED)):
        write(partial(gateway_payments.told, name=fee, answer=answer))
    part, rest = all_receipts()[-2:]
    assert [money(each.total) for each in (part, rest)] == [eur("-2.42"), eur("-9.68")]
    assert money(part.tax) == eur("-0.42")
    for credit in (part, rest):
        assert (credit.kind, credit.corrected_receipt) == (Message.CORRECTION, told.name)
        assert credit.items[0].resource == fee
    assert now not in {item.resource for each in all_receipts() for item in each.items}


def test_months_that_have_no_receipt(write: Write) -> None:
    for month, reason in ((last_month(), "NOTHING_BOUGHT"), (Month(2400, 1), "MONTH_NOT_OVER")):
        with pytest.raises(RefusedError) as refused:
            month_of(write, month)
        assert refused.value.reason == reason


def test_a_company_that_pays_is_the_buyer(bridge: Bridge, write: Write) -> None:
    now = {"create_time": now_us(), "update_time": now_us()}
    row = {"name": "partners/f", "partner": "partners/f", "kind": 2, "display_name": "Fleet", **now}
    write(
        lambda unit: unit.execute(Partner.insert(legal_name="Fleet N.V.", vat_number="BE9", **row))
    )
    session = charge(bridge)
    Session.update(company="partners/f").execute()
    buyer = receipt_of(write, session).buyer
    assert (buyer.display_name, buyer.vat_number) == ("Fleet N.V.", "BE9")
    other = charge(bridge)
    Session.update(company="partners/f").execute()
    long_ago(other)
    with pytest.raises(RefusedError, match="bought nothing"):
        month_of(write)


def test_nobody_is_the_buyer_of_who_is_not_known(bridge: Bridge, write: Write) -> None:
    session = charge(bridge)
    Session.update(user=None).execute()
    told = receipt_of(write, session)
    assert (told.HasField("buyer"), told.user, told.language_code) == (False, "", "en")


def test_numbers_have_no_gaps_whatever_fails(
    bridge: Bridge, write: Write, lane: WriteLane, network: Database
) -> None:
    """Many at once, on two nodes, of which some fail after they have drawn a number, and some ask
    again."""
    sessions = [charge(bridge, 100 * (place + 1)) for place in range(12)]
    other = WriteLane(network)
    lanes = (lane, other)

    def issue(place: int) -> None:
        def job(unit: Any) -> None:
            receipts.of_session(unit, RULES, sessions[place % 12], None)
            if place % 3 == 0:
                raise ValueError("after all")

        try:
            lanes[place % 2].write_now(job)
        except ValueError:
            return

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(issue, range(30)))
    other.close()
    lanes = (lane, lane)
    for place in range(12):
        issue(place + 1 if place % 3 == 0 else place)
    for session in sessions:
        receipt_of(write, session)
    found = all_receipts()
    assert sorted(each.session for each in found) == sorted(sessions)
    year = datetime.now(UTC).astimezone().year
    assert [each.number for each in found] == [f"{year}-{place:06}" for place in range(1, 13)]


def test_receipts_are_the_ledger(bridge: Bridge, write: Write) -> None:
    """A random life: sessions, receipts before and after corrections; in the end all agree."""
    random = Random(7)
    sessions: list[str] = []
    for _ in range(25):
        act = random.randrange(4)
        if act == 0 or not sessions:
            sessions.append(charge(bridge, random.randrange(1, 9_000)))
        elif act == 1:
            receipt_of(write, random.choice(sessions))
        else:
            corrected(bridge, random.choice(sessions), random.randrange(0, 9_000))
    for session in sessions:
        receipt_of(write, session)
    booked = sum(row.amount_micros for row in BalanceEntry.select())
    issued = total("EUR", (money(each.total) or zero("EUR") for each in all_receipts()))
    billed = sum(row.total_micros or 0 for row in Session.select())
    assert issued == Money.from_micros("EUR", billed) == Money.from_micros("EUR", -booked)
    for each in all_receipts():
        items = total("EUR", (money(item.total) or zero("EUR") for item in each.items))
        taxed = total("EUR", (money(line.total) or zero("EUR") for line in each.tax_lines))
        assert money(each.total) == items == taxed
    assert Session.select().count() == len(sessions)
