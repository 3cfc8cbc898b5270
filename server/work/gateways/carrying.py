"""Carries out what gateways are to do: between two transactions, never in one.

That it is to be done stands in a row before a gateway hears of it, and the row goes with what came
of it. Whatever dies in between, the step is done again under the same key, which is the same.
"""

from collections.abc import Awaitable, Callable
from functools import partial

from server.domain.errors import RefusedError, precondition
from server.domain.gateway_steps import CLAIM, SECOND, StepKind
from server.domain.payments import Charge, Method, Page, Told
from server.store.lane import WriteLane
from server.store.unit import Unit
from server.work.gateways import outcomes
from server.work.money import gateway_payments, gateway_steps, payments, saved_methods
from server.work.money.gateway_steps import Step
from server.work.ports import KeySpoiledError, PaymentGateway, PaymentGateways, SavesMethods


class Gateways:
    """The platform's gateways, by the method of the payments that they take."""

    def __init__(
        self,
        lane: WriteLane,
        gateways: PaymentGateways,
        claim: float = CLAIM / SECOND,
        saving: SavesMethods | None = None,
    ) -> None:
        """`claim`: seconds for which whoever carries a step out has it; `saving`: where people
        save how they pay."""
        self._saving = saving
        self._lane = lane
        self._gateways = gateways
        self._claim = claim

    def of(self, method: Method) -> PaymentGateway:
        """The gateway for a method. Refused NO_PAYMENT_GATEWAY if there is none."""
        gateway = self._gateways.get(method)
        if gateway is None:
            raise no_gateway(method)
        return gateway

    async def carry_out(self, number: int, *, at_once: bool = False) -> Told | None:
        """Does a step; None if it is done, or another's. OSError: it will be tried again."""
        take = partial(gateway_steps.take, number=number, seconds=self._claim, at_once=at_once)
        step = await self._lane.write(take)
        if step is None:
            return None
        try:
            if step.kind == StepKind.FORGET:
                await self._forget(step)
                return None
            answer = await self._asked(step)
        except Exception as error:
            again = isinstance(error, KeySpoiledError)
            put_off = gateway_steps.ask_anew if again else gateway_steps.later
            await self._lane.write(partial(put_off, step=step))
            raise
        await self._lane.write(lambda unit: outcomes.write(unit, step, answer))
        return answer

    async def _asked(self, step: Step) -> Told:
        def read(unit: Unit) -> tuple[Charge, Method]:
            method = Method(payments.read(unit, step.payment).method)
            return gateway_payments.charge_by(unit, step, unit.now), method

        charge, method = await self._lane.write(read)
        return await self._verb(StepKind(step.kind), method)(charge)

    async def _forget(self, step: Step) -> None:
        await self.saving.forget(step.reason or "")
        await self._lane.write(partial(gateway_steps.done, step=step))

    async def set_up(self, user: str, return_url: str | None, key: str) -> Page:
        """Where a user saves how they pay. OSError: nobody knows; ask again."""
        known = await self._lane.write(partial(saved_methods.customer_of, user=user))
        return (await self.saving.set_up(user, known, return_url, key)).page

    @property
    def saving(self) -> SavesMethods:
        """Where people save how they pay. Refused NO_PAYMENT_GATEWAY if there is no such place."""
        if self._saving is None:
            raise no_gateway(Method.EXTERNAL)
        return self._saving

    async def carry_on(self, payment: str) -> Told | None:
        """Does at once what is to be done first about a payment; None if there is nothing."""
        steps = await self._lane.write(partial(gateway_steps.open_of, payment=payment))
        return await self.carry_out(steps[0].number, at_once=True) if steps else None

    async def page(self, payment: str, return_url: str | None) -> Told:
        """Where the payer of a payment pays by themselves. OSError: nobody knows; ask again."""

        def asked(unit: Unit) -> Charge:
            charge = gateway_payments.charge(unit, payment)
            key = f"{payment}/{charge.provider_reference or ''}"
            return charge._replace(key=key, return_url=return_url)

        answer = await self.of(Method.EXTERNAL).page(await self._lane.write(asked))
        await self._lane.write(lambda unit: outcomes.heard(unit, payment, answer))
        return answer

    def _verb(self, kind: StepKind, method: Method) -> Callable[[Charge], Awaitable[Told]]:
        gateway = self.of(method)
        return {
            StepKind.AUTHORIZE: gateway.authorize,
            StepKind.CAPTURE: gateway.capture,
            StepKind.RELEASE: gateway.release,
            StepKind.REFUND: gateway.refund,
            StepKind.LOOK: gateway.look,
        }[kind]


def no_gateway(method: Method) -> RefusedError:
    """What is said where the platform does not take payments itself."""
    told = f"no gateway takes payments by {method.name}"
    return precondition("NO_PAYMENT_GATEWAY", told, method=method.name)
