"""How an action reaches a payment gateway, and what is written of its answer."""

from collections.abc import Awaitable, Callable

from server.domain.errors import Outcome, RefusedError, precondition
from server.domain.payments import Charge, Method, Purchase, Told
from server.store.lane import WriteLane
from server.store.unit import Unit
from server.work.money import payments
from server.work.ports import PaymentGateway, PaymentGateways
from server.work.sessions import settlement


class Gateways:
    """The platform's gateways, by the method of the payments that they take."""

    def __init__(self, lane: WriteLane, gateways: PaymentGateways) -> None:
        self._lane = lane
        self._gateways = gateways

    def of(self, method: Method) -> PaymentGateway:
        """The gateway for a method. Refused NO_PAYMENT_GATEWAY if there is none."""
        gateway = self._gateways.get(method)
        if gateway is None:
            told = f"no gateway takes payments by {method.name}"
            raise precondition("NO_PAYMENT_GATEWAY", told, method=method.name)
        return gateway

    async def capture(self, method: Method, charge: Charge) -> Told:
        """Has the money taken, and writes what came of it."""
        return await self._asked(charge, self.of(method).capture)

    async def refund(self, method: Method, charge: Charge) -> Told:
        """Has the money given back, and writes what came of it."""
        return await self._asked(charge, self.of(method).refund)

    async def _asked(self, charge: Charge, verb: Callable[[Charge], Awaitable[Told]]) -> Told:
        try:
            answer = await verb(charge)
        except OSError as error:
            told = f"the gateway of {charge.transaction} cannot be reached: {error}"
            raise RefusedError(Outcome.UNAVAILABLE, "GATEWAY_UNAVAILABLE", told) from error

        def write(unit: Unit) -> None:
            payments.told(unit, charge.transaction, answer)
            if charge.purchase is Purchase.SESSION:
                settlement.settle(unit, charge.purchased_resource)

        await self._lane.write(write)
        return answer
