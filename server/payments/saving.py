"""Cards that are saved at Stripe: Customers, SetupIntents, and the pages that lead to them."""

from typing import Any

import stripe

from server.domain.errors import precondition
from server.domain.payments import Kept, Page, Saved, Setup
from server.payments.calls import NoError, ask
from server.payments.intents import Object, page_of

_CARDS = ["card"]


class StripeSaving:
    """The port `SavesMethods`."""

    def __init__(self, client: stripe.StripeClient) -> None:
        self._stripe = client.v1

    async def set_up(
        self, user: str, customer: str | None, return_url: str | None, key: str
    ) -> Setup:
        """A Checkout page that leads back to `return_url`; else what the app's own form needs."""
        customer = customer or await self._customer(user, key)
        try:
            return Setup(customer, await self._page(user, customer, return_url, key))
        except NoError as error:
            told = f"Stripe does not let {user} save anything: {error.code}"
            metadata = {"transaction": "", "failure_reason": error.code}
            raise precondition("PAYMENT_REFUSED", told, **metadata) from None

    async def _page(self, user: str, customer: str, return_url: str | None, key: str) -> Page:
        setup: Any = {"customer": customer, "payment_method_types": _CARDS}
        options: Any = {"idempotency_key": f"{key}/setup"}
        metadata = {"user": user}
        if return_url is None:
            setup |= {"metadata": metadata, "usage": "off_session"}
            return page_of(await ask(self._stripe.setup_intents.create_async(setup, options)))
        setup |= {
            "mode": "setup",
            "success_url": return_url,
            "cancel_url": return_url,
            "setup_intent_data": {"metadata": metadata},
        }
        made = await ask(self._stripe.checkout.sessions.create_async(setup, options))
        return Page(url=made["url"])

    async def kept(self, setup: str) -> Kept | None:
        """What came of a SetupIntent; None if nothing did, or it is none of ours."""
        whole: Any = {"expand": ["payment_method"]}
        told = await ask(self._stripe.setup_intents.retrieve_async(setup, whole))
        user, method = (told.get("metadata") or {}).get("user"), told.get("payment_method")
        if told["status"] != "succeeded" or not user or not method:
            return None
        return _kept(user, told["customer"], method)

    async def forget(self, customer: str) -> None:
        """Deletes the Customer, and with it the cards."""
        try:
            await ask(self._stripe.customers.delete_async(customer))
        except NoError as error:
            if error.code != "resource_missing":
                raise OSError(f"Stripe does not forget a customer: {error.code}") from None

    async def _customer(self, user: str, key: str) -> str:
        wanted: Any = {"metadata": {"user": user}}
        options: Any = {"idempotency_key": f"{key}/customer"}
        made = await ask(self._stripe.customers.create_async(wanted, options))
        return str(made["id"])


def _kept(user: str, customer: str, method: Object) -> Kept:
    card = method.get("card") or {}
    return Kept(
        Saved(customer, method["id"]),
        user,
        method["type"],
        card.get("brand") or "",
        card.get("last4") or "",
        card.get("exp_year") or 0,
        card.get("exp_month") or 0,
    )
