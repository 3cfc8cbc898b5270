"""The gateway that is built in: payments from users' balances."""

from collections.abc import Callable
from functools import partial

from server.domain.ledger import EntryType
from server.domain.money import zero
from server.domain.payments import Charge, Method, Purchase, State, Told, given_back
from server.store.lane import WriteLane
from server.store.unit import Unit
from server.work.money import gateway_payments, ledger, payers, payments
from server.work.ports import PaymentGateway

_ENTRY_TYPES = {
    Purchase.SESSION: EntryType.SESSION,
    Purchase.SUBSCRIPTION: EntryType.SUBSCRIPTION_FEE,
    Purchase.CUSTOM_FEE: EntryType.CUSTOM_FEE,
    Purchase.RESERVATION: EntryType.RESERVATION_FEE,
}
"""What is booked for a purchase; a balance does not pay for being topped up."""
_NO_USER, _NO_MONEY = Told(State.FAILED, None, "NO_USER"), "INSUFFICIENT_BALANCE"


class BalanceGateway:
    """The port `PaymentGateway`. What it did and what it says of it are one transaction."""

    def __init__(self, lane: WriteLane) -> None:
        self._lane = lane

    async def authorize(self, charge: Charge) -> Told:
        """Whether the balance covers it now; a hold is what sessions have."""
        return await self._done(charge, lambda unit: _authorize(unit, charge))

    async def capture(self, charge: Charge) -> Told:
        """Takes it, where the balance covers it; at most once for each transaction."""
        return await self._done(charge, lambda unit: _capture(unit, charge))

    async def release(self, charge: Charge) -> Told:
        """There is nothing to give up but the payment itself."""
        return await self._done(charge, lambda _: Told(State.REVERSED))

    async def refund(self, charge: Charge) -> Told:
        """Gives it back, at most once for each transaction."""
        return await self._done(charge, lambda unit: _refund(unit, charge))

    async def look(self, charge: Charge) -> Told:
        """There is nothing about it that the platform does not know."""
        return Told(
            State((await self._lane.write(partial(payments.read, name=charge.transaction))).state)
        )

    async def page(self, charge: Charge) -> Told:
        """A balance needs none."""
        return await self.look(charge)

    async def _done(self, charge: Charge, verb: Callable[[Unit], Told]) -> Told:
        def job(unit: Unit) -> Told:
            answer = verb(unit)
            gateway_payments.told(unit, charge.transaction, answer)
            return answer

        answer: Told = await self._lane.write(job)
        return answer


def built_in(lane: WriteLane) -> dict[Method, PaymentGateway]:
    """What the platform takes itself, by method; also what waits for a period to end."""
    balance = BalanceGateway(lane)
    return {Method.BALANCE: balance, Method.BY_SUBSCRIPTION: balance}


def _authorize(unit: Unit, charge: Charge) -> Told:
    if charge.user is None:
        return _NO_USER
    covered = _is_covered(unit, charge, charge.user)
    return Told(State.AUTHORIZED) if covered else Told(State.FAILED, None, _NO_MONEY)


def _capture(unit: Unit, charge: Charge) -> Told:
    entry_type = _ENTRY_TYPES.get(charge.purchase)
    if charge.user is None or entry_type is None:
        return _NO_USER
    if ledger.is_booked(unit, charge.transaction, entry_type):
        return Told(State.FINALIZED)
    if not _is_covered(unit, charge, charge.user):
        return Told(State.FAILED, None, _NO_MONEY)
    who = payers.payer(unit, charge.user)
    about = charge.reason or charge.purchased_resource
    entry = ledger.book(unit, who.name, entry_type, -charge.total, charge.transaction, about)
    ledger.tell(unit, entry, who.partner)
    return Told(State.FINALIZED)


def _refund(unit: Unit, charge: Charge) -> Told:
    if charge.user is None or charge.total <= zero(charge.total.currency):
        return Told(State.FINALIZED, None, "NOTHING_TO_REFUND")
    who = payers.payer(unit, charge.user)
    cause, about = charge.key, charge.reason or charge.purchased_resource
    if not ledger.is_booked(unit, cause, EntryType.REFUND):
        amount = charge.total if charge.part is None else charge.part
        entry = ledger.book(unit, who.name, EntryType.REFUND, amount, cause, about)
        ledger.tell(unit, entry, who.partner)
    return given_back(charge)


def _is_covered(unit: Unit, charge: Charge, user: str) -> bool:
    """Also in its currency: there is no rate between two of them here."""
    who = payers.payer(unit, user)
    same = who.currency == charge.total.currency
    return same and charge.total <= payers.free(unit, who)
