"""What an account at Stripe has: its objects, and what can be done with them, as the API has it."""

import itertools
import time
from dataclasses import dataclass, field
from typing import Any

Object = dict[str, Any]
DECLINES = {"pm_declined": "insufficient_funds", "pm_strong": "authentication_required"}


class StripeNoError(Exception):
    """An answer that is an error of the caller's, or of a card's."""

    def __init__(self, status: int, kind: str, code: str, **more: Any) -> None:
        super().__init__(code)
        self.status = status
        self.body = {"error": {"type": kind, "code": code, "message": code, **more}}


def refuse(code: str) -> StripeNoError:
    return StripeNoError(400, "invalid_request_error", code)


@dataclass
class Account:
    """Objects by their ids; `told` are the events, in their order."""

    intents: dict[str, Object] = field(default_factory=dict)
    pages: dict[str, Object] = field(default_factory=dict)
    refunds: dict[str, Object] = field(default_factory=dict)
    customers: dict[str, Object] = field(default_factory=dict)
    setups: dict[str, Object] = field(default_factory=dict)
    told: list[Object] = field(default_factory=list)
    refuses: set[str] = field(default_factory=set)
    """What it says no to: `capture`, `page`."""
    _ids: Any = field(default_factory=lambda: itertools.count(1))

    def taken(self) -> int:
        """What all payers have paid, in cents, and not got back."""
        return sum(
            each["amount_received"] - self._back(each["id"]) for each in self.intents.values()
        )

    def held(self) -> int:
        """What is reserved at payers' banks."""
        return sum(each["amount_capturable"] for each in self.intents.values())

    def create_intent(self, asked: Object) -> Object:
        made = {
            "id": self._id("pi"),
            "object": "payment_intent",
            "amount": int(asked["amount"]),
            "amount_capturable": 0,
            "amount_received": 0,
            "currency": asked["currency"],
            "capture_method": asked.get("capture_method", "automatic"),
            "customer": asked.get("customer"),
            "metadata": asked.get("metadata", {}),
            "status": "requires_payment_method",
            "latest_charge": None,
            "last_payment_error": None,
            "cancellation_reason": None,
            "created": int(time.time()),
        }
        made["client_secret"] = f"{made['id']}_secret_x"
        self.intents[made["id"]] = made
        if asked.get("confirm") == "true":
            self.confirm(made, asked["payment_method"])
        return made

    def confirm(self, intent: Object, method: str) -> None:
        """The payer, or whoever has the saved card, pays."""
        if method in DECLINES:
            code = DECLINES[method]
            intent["last_payment_error"] = {"code": "card_declined", "decline_code": code}
            self._tell("payment_intent.payment_failed", intent)
            raise StripeNoError(
                402, "card_error", "card_declined", decline_code=code, payment_intent=dict(intent)
            )
        if intent["capture_method"] == "manual":
            intent |= {"status": "requires_capture", "amount_capturable": intent["amount"]}
            self._tell("payment_intent.amount_capturable_updated", intent)
        else:
            self._succeed(intent, intent["amount"])

    def capture(self, name: str, asked: Object) -> Object:
        intent = self.intents[name]
        amount = int(asked.get("amount_to_capture") or intent["amount"])
        if intent["status"] != "requires_capture" or "capture" in self.refuses:
            raise refuse("payment_intent_unexpected_state")
        if amount > intent["amount_capturable"]:
            raise refuse("amount_too_large")
        self._succeed(intent, amount)
        return intent

    def cancel(self, name: str) -> Object:
        intent = self.intents[name]
        if intent["status"] in {"succeeded", "canceled"}:
            raise refuse("payment_intent_unexpected_state")
        intent |= {"status": "canceled", "amount_capturable": 0}
        self._tell("payment_intent.canceled", intent)
        return intent

    def refund(self, asked: Object) -> Object:
        intent = self.intents[asked["payment_intent"]]
        amount = int(asked["amount"])
        if self._back(intent["id"]) + amount > intent["amount_received"]:
            raise refuse("charge_already_refunded")
        made = {
            "id": self._id("re"),
            "object": "refund",
            "payment_intent": intent["id"],
            "amount": amount,
            "status": "succeeded",
            "metadata": asked.get("metadata", {}),
        }
        self.refunds[made["id"]] = made
        intent["latest_charge"]["amount_refunded"] = self._back(intent["id"])
        self._tell("charge.refunded", {**intent["latest_charge"], "metadata": intent["metadata"]})
        return made

    def create_page(self, asked: Object) -> Object:
        if "page" in self.refuses:
            raise refuse("amount_too_small")
        made = {
            "id": self._id("cs"),
            "object": "checkout.session",
            "mode": asked["mode"],
            "status": "open",
            "payment_intent": None,
            "setup_intent": None,
            "customer": asked.get("customer"),
            "metadata": asked.get("metadata", {}),
            "asked": asked,
        }
        made["url"] = f"https://checkout.stripe.example/{made['id']}"
        self.pages[made["id"]] = made
        return made

    def pay(self, page: str, method: str = "pm_good") -> None:
        """The payer fills the page in."""
        shown = self.pages[page]
        asked = shown["asked"]
        if shown["mode"] == "setup":
            setup = self.create_setup({"customer": shown["customer"], **asked["setup_intent_data"]})
            shown |= {"status": "complete", "setup_intent": setup["id"]}
            self.set_up(setup, method)
        else:
            price = asked["line_items"]["0"]["price_data"]
            intent = self.create_intent(
                {"amount": price["unit_amount"], "currency": price["currency"]}
                | asked["payment_intent_data"]
            )
            shown |= {"status": "complete", "payment_intent": intent["id"]}
            self.confirm(intent, method)
        self._tell("checkout.session.completed", shown)

    def expire(self, page: str) -> Object:
        shown = self.pages[page]
        if shown["status"] != "open":
            raise refuse("checkout_session_not_open")
        shown["status"] = "expired"
        self._tell("checkout.session.expired", shown)
        return shown

    def create_customer(self, asked: Object) -> Object:
        made = {"id": self._id("cus"), "object": "customer", "metadata": asked.get("metadata", {})}
        self.customers[made["id"]] = made
        return made

    def create_setup(self, asked: Object) -> Object:
        made = {
            "id": self._id("seti"),
            "object": "setup_intent",
            "customer": asked["customer"],
            "metadata": asked.get("metadata", {}),
            "status": "requires_payment_method",
            "payment_method": None,
        }
        made["client_secret"] = f"{made['id']}_secret_x"
        self.setups[made["id"]] = made
        return made

    def set_up(self, setup: Object, method: str) -> None:
        """The payer leaves a card."""
        card = {"brand": "visa", "last4": "4242", "exp_year": 2031, "exp_month": 8}
        kept = {"id": method, "object": "payment_method", "type": "card", "card": card}
        setup |= {"status": "succeeded", "payment_method": kept}
        self._tell("setup_intent.succeeded", {**setup, "payment_method": method})

    def _succeed(self, intent: Object, amount: int) -> None:
        charge = {"id": self._id("ch"), "object": "charge", "amount_refunded": 0}
        charge |= {"payment_intent": intent["id"]}
        intent |= {"status": "succeeded", "amount_received": amount, "amount_capturable": 0}
        intent["latest_charge"] = charge
        self._tell("payment_intent.succeeded", intent)

    def _back(self, intent: str) -> int:
        of_it = (each for each in self.refunds.values() if each["payment_intent"] == intent)
        return sum(each["amount"] for each in of_it)

    def _tell(self, kind: str, about: Object) -> None:
        event = {"id": self._id("evt"), "object": "event", "type": kind}
        self.told.append({**event, "data": {"object": {**about, "asked": None}}})

    def _id(self, kind: str) -> str:
        return f"{kind}_{next(self._ids):06}"
