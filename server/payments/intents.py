"""Stripe's objects as the platform's answers: PaymentIntents, and pages that lead to them."""

from typing import Any

from server.domain.payments import Charge, Page, State, Told
from server.payments.amounts import from_stripe, to_stripe

Object = dict[str, Any]

_PENDING = {"requires_payment_method", "requires_confirmation", "requires_action", "processing"}


def told_of(intent: Object, charge: Charge) -> Told:
    """How a PaymentIntent stands. Its latest charge is expanded."""
    status, reference = intent["status"], intent["id"]
    currency = intent["currency"]
    why = (intent.get("last_payment_error") or {}).get("code")
    if status == "requires_capture":
        held = from_stripe(intent.get("amount_capturable") or intent["amount"], currency)
        return Told(State.AUTHORIZED, reference, authorized=held)
    if status == "succeeded":
        return _succeeded(intent, charge)
    if status == "canceled":
        return Told(State.REVERSED, reference, intent.get("cancellation_reason"))
    assert status in _PENDING, status
    if status == "requires_payment_method" and why and _is_of_saved(intent):
        return Told(State.FAILED, reference, why)
    return Told(State.PENDING, reference)


def _succeeded(intent: Object, charge: Charge) -> Told:
    number, currency = intent["amount_received"], intent["currency"]
    taken = charge.total if number == to_stripe(charge.total) else from_stripe(number, currency)
    latest = intent.get("latest_charge")
    back = None
    if isinstance(latest, dict) and latest.get("amount_refunded"):
        back = from_stripe(latest["amount_refunded"], intent["currency"])
    whole = back is not None and back >= taken
    return Told(
        State.REFUNDED if whole else State.FINALIZED, intent["id"], taken=taken, refunded=back
    )


def _is_of_saved(intent: Object) -> bool:
    """Whether nobody is there who could try another card."""
    return (intent.get("metadata") or {}).get("payer") == "absent"


def page_of(intent: Object) -> Page:
    """What a form in the payer's app goes on with."""
    return Page(client_secret=intent.get("client_secret") or "")


def metadata_of(charge: Charge, payer: str) -> dict[str, str]:
    """What Stripe keeps of it for us: names alone, nothing personal."""
    return {
        "transaction": charge.transaction,
        "purchased_resource": charge.purchased_resource,
        "payer": payer,
    }
