"""Companies pay for their users: on a bill, up to a limit that holds."""

from typing import Any

import pytest
from google.protobuf.json_format import ParseDict

from ampline.v1 import corporate_bill_pb2 as pb
from ampline.v1 import tariff_pb2
from ampline.v1.partner_pb2 import Partner as PartnerMessage
from server.domain.errors import RefusedError
from server.domain.facts import StopReason
from server.domain.money import Money, total, zero
from server.domain.payments import Method, Parts, Purchase, State
from server.store.clock import now_us
from server.store.models import (
    CorporateBill,
    CorporateBillLine,
    Partner,
    Session,
    Tariff,
    Transaction,
    User,
)
from server.work.money import corporate, payments
from server.work.rules import Rules
from server.work.sessions import remote, settlement
from tests.domain.pricing_terms import eur
from tests.work.bridge import Bridge, ended, events, measured, only_session, started
from tests.work.network import CHARGE_POINT, Write, add_tariff
from tests.work.test_limits import powered

FLEET = "partners/fleet"
LINE = pb.CorporateBillLine


@pytest.fixture(autouse=True)
def fleet(write: Write) -> None:
    """Ann drives for a company that pays up to 5 EUR a month, and has no money of her own."""

    def add(unit: Any) -> None:
        now = {"create_time": now_us(), "update_time": now_us()}
        row = {"name": FLEET, "partner": FLEET, "kind": 2, "display_name": "Fleet", **now}
        unit.execute(Partner.insert(**row))
        paid = User.update(payment_preference=3, partner=FLEET, balance_micros=0)
        unit.execute(paid)

    write(add)
    pays(write, {"currencyCode": "EUR", "units": "5"})


def pays(write: Write, limit: dict[str, str] | None, *, enabled: bool = True) -> None:
    told: dict[str, Any] = {"enabled": enabled, **({"monthlyLimit": limit} if limit else {})}
    body = ParseDict({"corporateBilling": told}, PartnerMessage()).SerializeToString()
    write(lambda unit: unit.execute(Partner.update(corporate_billing=body)))


def reason(bridge: Bridge) -> str | None:
    refused = bridge.authorize("AAAA").reason
    return refused and refused.value


def charge(bridge: Bridge, wh: int, **where: Any) -> str:
    transaction: str = bridge.start(started(60, **where)).transaction_id
    bridge.end(ended(transaction, 1_000 + wh))
    return transaction


def bill() -> Any:
    (found,) = CorporateBill.select()
    lines = list(CorporateBillLine.select().order_by(CorporateBillLine.number))
    assert [line.number for line in lines] == [*range(1, found.line_count + 1)]
    for part in ("net_micros", "tax_micros", "total_micros"):
        assert getattr(found, part) == sum(getattr(line, part) for line in lines)
    assert found.net_micros + found.tax_micros == found.total_micros
    return found


def test_a_session_stands_on_the_bill(bridge: Bridge) -> None:
    charge(bridge, 4_000)
    session = only_session()
    assert (session.company, session.held_micros) == (FLEET, None)
    found, line = bill(), CorporateBillLine.get()
    assert (found.partner, found.total_micros, found.currency) == (FLEET, 2_000_000, "EUR")
    assert (line.purchased_resource, line.user) == (session.name, "users/ann")
    assert (line.location, line.energy_wh) == ("locations/home", 4_000)
    paid = Transaction.get()
    assert (paid.method, paid.state, line.transaction) == (3, State.PENDING, paid.name)
    assert (User.get().balance_micros, events("corporate_bill")) == (0, ["corporate_bill.created"])


def test_the_limit_stops_starts(bridge: Bridge, write: Write, rules: Rules) -> None:
    assert reason(bridge) is None
    charge(bridge, 10_000)
    assert bill().total_micros == 5_000_000
    assert reason(bridge) == "CORPORATE_LIMIT_REACHED"
    asked = remote.StartWanted(CHARGE_POINT, evse=1, user="users/ann")
    with pytest.raises(RefusedError) as refused:
        write(lambda unit: remote.prepare_start(unit, rules, asked))
    assert refused.value.reason == "CORPORATE_LIMIT_REACHED"
    pays(write, {"currencyCode": "EUR", "units": "6"})
    assert reason(bridge) is None
    pays(write, None)
    assert reason(bridge) is None
    CorporateBill.update(name="partners/fleet/corporateBills/2020-01-EUR").execute()
    pays(write, {"currencyCode": "EUR", "units": "5"})
    assert reason(bridge) is None  # it was another month


@pytest.mark.parametrize(
    ("limit", "enabled", "refused"),
    [
        ({"currencyCode": "SEK", "units": "500"}, True, "CURRENCY_MISMATCH"),
        ({"currencyCode": "EUR", "units": "0"}, True, "CORPORATE_LIMIT_REACHED"),
        ({"currencyCode": "EUR", "units": "500"}, False, "CORPORATE_LIMIT_REACHED"),
        (None, True, None),
    ],
)
def test_what_the_company_pays(
    bridge: Bridge, write: Write, limit: dict[str, str] | None, enabled: bool, refused: str | None
) -> None:
    pays(write, limit, enabled=enabled)
    assert reason(bridge) == refused


def test_who_has_no_company(bridge: Bridge) -> None:
    User.update(partner=None).execute()
    assert reason(bridge) == "CORPORATE_LIMIT_REACHED"


def test_what_costs_nothing_needs_no_room(bridge: Bridge, write: Write) -> None:
    charge(bridge, 10_000)
    Tariff.delete().execute()
    add_tariff(tariff_pb2.Tariff(name="tariffs/standard", display_name="Free", currency="EUR"))
    assert reason(bridge) is None


def test_a_session_is_stopped_before_the_limit_is_passed(bridge: Bridge) -> None:
    transaction = bridge.start(started(60)).transaction_id
    bridge.measure(measured(transaction, powered(0.2, 10_500, 10_000)))
    session = only_session()
    assert session.stop_due_time is None
    assert 4_750_000 < session.held_micros <= 5_000_000
    bridge.measure(measured(transaction, powered(0, 10_980, 10_000)))
    assert only_session().stop_reason == StopReason.AMOUNT_LIMIT
    bridge.end(ended(transaction, 11_000, reason=StopReason.REMOTE))
    assert (only_session().stop_reason, bill().total_micros) == (StopReason.AMOUNT_LIMIT, 5_000_000)


def test_sessions_of_one_company_share_the_limit(bridge: Bridge) -> None:
    first = bridge.start(started(60)).transaction_id
    bridge.measure(measured(first, powered(0.5, 8_000, 10_000)))
    second = bridge.start(started(60, evse=2, token="BBBB")).transaction_id
    bridge.measure(measured(second, powered(0, 3_000, 10_000))._replace(evse=2))
    held = sum(row.held_micros or 0 for row in Session.select())
    assert 4_500_000 < held <= 5_000_000
    bridge.measure(measured(second, powered(0, 3_980, 10_000))._replace(evse=2))
    reasons = {row.ocpp_transaction_id: row.stop_reason for row in Session.select()}
    assert reasons == {first: None, second: StopReason.AMOUNT_LIMIT}


def test_a_balance_is_not_held_by_what_the_company_pays(bridge: Bridge, write: Write) -> None:
    User.update(balance_micros=3_000_000).execute()
    transaction = bridge.start(started(10)).transaction_id
    bridge.measure(measured(transaction, powered(0, 3_000, 12_000)))
    assert only_session().held_micros > 0
    User.update(payment_preference=1).execute()
    bridge.start(started(0, evse=2, token="BBBB"))
    own = Session.get(Session.evse.endswith("2"))
    assert (own.company, own.authorization_refused) == (None, None)


def test_a_correction_is_a_line_of_its_own(bridge: Bridge, write: Write) -> None:
    transaction = charge(bridge, 4_000)
    Session.update(stop_reason=int(StopReason.CHARGE_POINT_TIMEOUT)).execute()
    session = only_session()
    less = Parts(eur("-0.83"), eur("-0.17"), eur(-1))
    write(lambda unit: payments.record(unit, session, less, Method.CORPORATE, State.PENDING))
    assert transaction
    assert bill().total_micros == 1_000_000
    assert [line.kind for line in CorporateBillLine.select()] == [LINE.PURCHASE] * 2


def test_what_others_paid_comes_off_the_bill(bridge: Bridge, write: Write) -> None:
    charge(bridge, 4_000)
    session = only_session()

    def pay_at_a_terminal(unit: Any) -> None:
        two = Parts(eur(2), zero("EUR"), eur(2))
        payments.record(unit, session, two, Method.TERMINAL, State.FINALIZED)
        settlement.settle(unit, session.name)

    write(pay_at_a_terminal)
    assert (bill().total_micros, bill().line_count) == (0, 2)
    (owed, back) = CorporateBillLine.select().order_by(CorporateBillLine.number)
    assert (back.kind, back.total_micros, back.transaction) == (
        LINE.REVERSAL,
        -owed.total_micros,
        owed.transaction,
    )
    write(lambda unit: corporate.take_off(unit, owed.transaction))
    assert bill().line_count == 2


def test_the_bill_is_what_was_paid_by_the_company(bridge: Bridge) -> None:
    for number in range(4):
        charge(bridge, 300 * number + 7, meter_start_wh=1_000, token=("AAAA", "BBBB")[number % 2])
    found = Transaction.select().where(Transaction.method == Method.CORPORATE)
    owed = total("EUR", (Money.from_micros("EUR", row.total_micros) for row in found))
    assert bill().total_micros == owed.micros
    assert {row.purchase for row in found} == {Purchase.SESSION}
