"""The gateway by Stripe: PaymentIntents, captured at once or later, and its Checkout pages.

Each call that does something bears the step's key, so Stripe does it once within the day that it
keeps keys. Where that is over, or Stripe answered that it failed meanwhile, what it has is looked
for first: by the transaction's name, which stands in the PaymentIntent's metadata.
"""

from collections.abc import Awaitable, Callable
from typing import Any

import stripe

from server.domain.payments import Charge, Page, Saved, State, Told, given_back
from server.payments.amounts import to_stripe
from server.payments.calls import BusyError, LostError, NoError, ask
from server.payments.intents import Object, metadata_of, page_of, told_of
from server.work.ports import KeySpoiledError

_WHOLE: dict[str, Any] = {"expand": ["latest_charge"]}
_SETTLED, _SEARCHABLE = 60.0, 7200.0
"""Seconds after which a call that failed at Stripe is over there, and what it made is found: of a
customer, and by a search, which may lag behind for an hour."""
_INTENT, _PAGE = "pi_", "cs_"
"""What ids begin with: of PaymentIntents, and of Checkout pages, which have none until somebody
pays. What else a payment refers to is a token, of which it is to be taken."""


class StripeGateway:
    """The port `PaymentGateway`."""

    def __init__(self, client: stripe.StripeClient) -> None:
        self._stripe = client.v1

    async def authorize(self, charge: Charge) -> Told:
        """Reserves it on what the payer has saved; without that the payer has a page."""
        charge = _read(charge)
        if charge.provider_reference is not None:
            return await self.look(charge)
        return await self._taken(charge, capture_method="manual")

    async def capture(self, charge: Charge) -> Told:
        """Takes it of what was reserved, or of what the payer has saved."""
        charge = _read(charge)
        if charge.provider_reference is None:
            return await self._taken(charge, capture_method="automatic")
        intent = await self._intent(charge.provider_reference)
        if intent is None or intent["status"] != "requires_capture":
            return await self._told(charge, intent)
        held = intent.get("amount_capturable") or intent["amount"]
        amount = min(to_stripe(charge.total), held)
        wanted: Any = {"amount_to_capture": amount, **_WHOLE}
        return await self._changed(
            charge,
            self._stripe.payment_intents.capture_async(
                intent["id"], wanted, {"idempotency_key": charge.key}
            ),
        )

    async def release(self, charge: Charge) -> Told:
        """Cancels it; what was taken meanwhile stays so."""
        charge = _read(charge)
        if charge.provider_reference is None:
            return Told(State.REVERSED)
        if charge.provider_reference.startswith(_PAGE):
            await self._end_page(charge.provider_reference)
        intent = await self._intent(charge.provider_reference)
        if intent is None:
            return Told(State.REVERSED)
        if intent["status"] in {"canceled", "succeeded"}:
            return told_of(intent, charge)
        wanted: Any = _WHOLE
        return await self._changed(
            charge,
            self._stripe.payment_intents.cancel_async(
                intent["id"], wanted, {"idempotency_key": charge.key}
            ),
        )

    async def _changed(self, charge: Charge, call: Awaitable[Any]) -> Told:
        """What came of a change to a PaymentIntent. Whether it happened is seen there; what is
        neither done nor settled otherwise is tried again, later and later."""
        try:
            return told_of(await ask(call), charge)
        except NoError as error:
            told = await self.look(charge)
            if told.state in (State.PENDING, State.AUTHORIZED):
                raise BusyError(f"Stripe says no for now: {error.code}") from None
            return told
        except LostError as error:
            raise KeySpoiledError(str(error)) from error

    async def refund(self, charge: Charge) -> Told:
        """Gives it back."""
        assert charge.provider_reference is not None
        if charge.doubtful and await self._is_refunded(charge):
            return given_back(charge)
        wanted: Any = {
            "payment_intent": charge.provider_reference,
            "amount": to_stripe(charge.part if charge.part is not None else charge.total),
            "metadata": {"transaction": charge.transaction, "key": charge.key},
        }
        call = self._stripe.refunds.create_async(wanted, {"idempotency_key": charge.key})
        try:
            made = await ask(call)
        except NoError as error:
            return Told(State.FINALIZED, failure_reason=error.code)
        except LostError as error:
            if await self._is_refunded(charge):
                return given_back(charge)
            raise _once_settled(error, charge) from error
        if made["status"] in {"failed", "canceled"}:
            return Told(State.FINALIZED, failure_reason=made.get("failure_reason") or "failed")
        return given_back(charge)

    async def look(self, charge: Charge) -> Told:
        """How it stands at Stripe now."""
        charge = _read(charge)
        if charge.provider_reference is None:
            return await self._told(charge, await self._found(charge))
        return await self._told(charge, await self._intent(charge.provider_reference))

    async def page(self, charge: Charge) -> Told:
        """A page of Stripe's that leads back to `return_url`; else what the app's own form needs.
        One that is open already is given again."""
        charge = _read(charge)
        if charge.provider_reference is not None and (old := await self._old_page(charge)):
            return old
        ask_for = self._checkout if charge.return_url is not None else self._form
        try:
            return await ask_for(charge, "manual" if charge.preauthorizes else "automatic")
        except NoError as error:
            return Told(State.FAILED, failure_reason=error.code)

    async def _taken(self, charge: Charge, *, capture_method: str) -> Told:
        """Of what the payer has saved, without the payer; or of a token that they just made, and
        they may have to prove themselves."""
        if charge.saved is None:
            return Told(State.PENDING)
        customer, method = charge.saved
        wanted: Any = {
            **_asked(charge, capture_method, "absent" if customer else "present"),
            "payment_method": method,
            "confirm": True,
            **_WHOLE,
        }
        if customer:
            wanted |= {"customer": customer, "off_session": True}
        else:
            wanted["automatic_payment_methods"] = {"enabled": True, "allow_redirects": "never"}
        return await self._made(
            charge,
            lambda: self._stripe.payment_intents.create_async(
                wanted, {"idempotency_key": charge.key}
            ),
        )

    async def _made(self, charge: Charge, call: Callable[[], Awaitable[Any]]) -> Told:
        """Makes a PaymentIntent, unless there is one."""
        if charge.doubtful and (known := await self._found(charge)):
            return told_of(known, charge)
        try:
            return _with_form(await ask(call()), charge)
        except NoError as error:
            return Told(State.FAILED, error.payment_intent, error.code)
        except LostError as error:
            if known := await self._found(charge):
                return told_of(known, charge)
            raise _once_settled(error, charge) from error

    async def _form(self, charge: Charge, capture_method: str) -> Told:
        wanted: Any = {
            **_asked(charge, capture_method, "present"),
            "automatic_payment_methods": {"enabled": True},
        }
        options: Any = {"idempotency_key": f"{charge.key}/form"}
        made = await ask(self._stripe.payment_intents.create_async(wanted, options))
        return Told(State.PENDING, made["id"], page=page_of(made))

    async def _checkout(self, charge: Charge, capture_method: str) -> Told:
        asked = _asked(charge, capture_method, "present")
        line = {
            "quantity": 1,
            "price_data": {
                "currency": asked["currency"],
                "unit_amount": asked["amount"],
                "product_data": {"name": _NAMES[charge.preauthorizes]},
            },
        }
        wanted: Any = {
            "mode": "payment",
            "line_items": [line],
            "success_url": charge.return_url,
            "cancel_url": charge.return_url,
            "metadata": asked["metadata"],
            "payment_intent_data": {
                "capture_method": capture_method,
                "metadata": asked["metadata"],
            },
        }
        options: Any = {"idempotency_key": f"{charge.key}/page"}
        made = await ask(self._stripe.checkout.sessions.create_async(wanted, options))
        return Told(State.PENDING, made["id"], page=Page(url=made["url"]))

    async def _old_page(self, charge: Charge) -> Told | None:
        """The page that is open already, or what came of it; None if it is over."""
        reference = charge.provider_reference or ""
        if reference.startswith(_PAGE):
            page = await ask(self._stripe.checkout.sessions.retrieve_async(reference))
            if page["status"] == "open":
                return Told(State.PENDING, reference, page=Page(url=page["url"]))
        intent = await self._intent(reference)
        return _with_form(intent, charge) if intent else None

    async def _end_page(self, reference: str) -> None:
        try:
            await ask(self._stripe.checkout.sessions.expire_async(reference))
        except NoError:
            return  # it is over already

    async def _intent(self, reference: str) -> Object | None:
        """The PaymentIntent; None if nobody has begun to pay on its page."""
        if reference.startswith(_PAGE):
            page = await ask(self._stripe.checkout.sessions.retrieve_async(reference))
            if page.get("payment_intent") is None:
                return None
            reference = page["payment_intent"]
        whole: Any = _WHOLE
        return await ask(self._stripe.payment_intents.retrieve_async(reference, whole))

    async def _told(self, charge: Charge, intent: Object | None) -> Told:
        return told_of(intent, charge) if intent else Told(State.PENDING)

    async def _found(self, charge: Charge) -> Object | None:
        """What Stripe has of it, where we do not know by which id. Of a customer it knows at once,
        in a search only after a while."""
        wanted: Any = {"limit": 100, "expand": ["data.latest_charge"]}
        call: Awaitable[Any]
        if charge.saved is not None and charge.saved.customer:
            wanted["customer"] = charge.saved.customer
            call = self._stripe.payment_intents.list_async(wanted)
        else:
            wanted["query"] = f"metadata['transaction']:'{charge.transaction}'"
            call = self._stripe.payment_intents.search_async(wanted)
        found = (await ask(call))["data"]
        made = [each for each in found if _is_of(each, charge)]
        alive = [each for each in made if each["status"] != "canceled"]
        return next(iter(alive or made), None)

    async def _is_refunded(self, charge: Charge) -> bool:
        wanted: Any = {"payment_intent": charge.provider_reference, "limit": 100}
        found = (await ask(self._stripe.refunds.list_async(wanted)))["data"]
        first, _, _ = charge.key.rpartition("/")
        keys = [(each.get("metadata") or {}).get("key", "").rpartition("/")[0] for each in found]
        return first in keys


_NAMES = {False: "Payment", True: "Charging session: reserved, the rest is given free"}


def _with_form(intent: Object, charge: Charge) -> Told:
    """How it stands, and what the payer's app goes on with if they have to."""
    told = told_of(intent, charge)
    return told._replace(page=page_of(intent)) if told.state is State.PENDING else told


def _read(charge: Charge) -> Charge:
    """A token that the payment refers to is what it is to be taken of."""
    reference = charge.provider_reference
    if reference is None or reference.startswith((_INTENT, _PAGE)):
        return charge
    return charge._replace(provider_reference=None, saved=charge.saved or Saved("", reference))


def _is_of(intent: Object, charge: Charge) -> bool:
    return (intent.get("metadata") or {}).get("transaction") == charge.transaction


def _once_settled(error: LostError, charge: Charge) -> OSError:
    """What failed may still happen, or not be found yet: only later another key is safe."""
    is_listed = charge.saved is not None and bool(charge.saved.customer)
    seconds = _SETTLED if is_listed or charge.provider_reference else _SEARCHABLE
    return KeySpoiledError(str(error)) if charge.age > seconds else error


def _asked(charge: Charge, capture_method: str, payer: str) -> dict[str, Any]:
    return {
        "amount": to_stripe(charge.total),
        "currency": charge.total.currency.lower(),
        "capture_method": capture_method,
        "metadata": metadata_of(charge, payer),
    }
