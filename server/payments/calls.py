"""Calls of Stripe's API, and what its errors mean to whoever asks: try again, or no."""

import logging
from collections.abc import Awaitable
from typing import Any, NamedTuple

import aiohttp
import stripe

from server.settings import Settings

logging.getLogger("stripe").setLevel(logging.WARNING)  # what it says of its calls has secrets
stripe.enable_telemetry = False


class NoError(Exception):
    """Stripe says no, and will not say anything else. `code` in its own word."""

    def __init__(self, code: str, payment_intent: str | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.payment_intent = payment_intent


class BusyError(OSError):
    """Stripe did not do it, or nobody knows: ask again. The message has no secrets."""


class LostError(BusyError):
    """Stripe failed while it did it, and will answer the same for that key: nobody knows whether
    it was done."""


class Account(NamedTuple):
    """An account at Stripe."""

    client: stripe.StripeClient
    http: stripe.HTTPClient
    webhook_secret: str

    async def close(self) -> None:
        """Lets its connections go."""
        await self.http.close_async()  # type: ignore[no-untyped-call]


def account_of(settings: Settings) -> Account | None:
    """The account that the settings name."""
    if not settings.stripe_key:
        return None
    timeout: Any = aiohttp.ClientTimeout(total=settings.stripe_timeout)
    http = stripe.AIOHTTPClient(timeout=timeout)
    client = stripe.StripeClient(
        settings.stripe_key,
        base_addresses={"api": settings.stripe_api.rstrip("/")} if settings.stripe_api else None,
        max_network_retries=0,  # the platform asks again itself, after a restart too
        http_client=http,
    )
    return Account(client, http, settings.stripe_webhook_secret)


async def ask(call: Awaitable[Any]) -> dict[str, Any]:
    """What Stripe answers. NoError: no; LostError, BusyError: nobody knows."""
    try:
        answer = await call
    except stripe.CardError as error:
        raise _declined(error) from None
    except stripe.IdempotencyError:
        raise LostError("Stripe was asked something else under that key before") from None
    except stripe.InvalidRequestError as error:
        raise NoError(error.code or "invalid_request") from None
    except stripe.StripeError as error:
        if (error.http_status or 0) >= 500:
            raise LostError(f"Stripe answered {error.http_status}") from None
        why = f"{type(error).__name__}, {error.http_status or 'no answer'}"
        raise BusyError(f"Stripe cannot be asked: {why}") from None
    except (aiohttp.ClientError, TimeoutError) as error:
        raise BusyError(f"Stripe cannot be asked: {type(error).__name__}") from None
    told: dict[str, Any] = answer.to_dict()
    return told


def _declined(error: stripe.CardError) -> NoError:
    told = error.json_body.get("error", {}) if isinstance(error.json_body, dict) else {}
    intent = told.get("payment_intent")
    reference = intent.get("id") if isinstance(intent, dict) else intent
    return NoError(told.get("decline_code") or error.code or "card_declined", reference)
