"""The HTTP endpoint for what Stripe tells by itself: `/payments/stripe`.

A notice only says that something has changed: what it is, is asked of Stripe, so notices may come
late, twice, or in any order. It is answered once that it is to be asked is on the disk.
"""

import logging
from typing import Any

import stripe
from aiohttp import web

from server.payments.calls import Account
from server.payments.saving import StripeSaving
from server.settings import Settings
from server.store.lane import LaneClosedError, WriteLane
from server.work.gateways import notices
from server.work.money import saved_methods

log = logging.getLogger(__name__)
LARGEST = 1024 * 1024
"""Bytes of a notice."""
GRACE = 3.0
"""Seconds that notices have to end when the server stops."""
PATH = "/payments/stripe"
_SAVED = "setup_intent.succeeded"
_PAYMENTS = ("payment_intent.", "charge.", "refund.", "checkout.session.")


class PaymentEndpoint:
    """Takes notices; `port` is where it listens."""

    def __init__(self, settings: Settings, account: Account, lane: WriteLane) -> None:
        self._saving = StripeSaving(account.client)
        self._address = settings.listen, settings.payments_port
        self._account = account
        self._lane = lane
        self._runner: web.AppRunner

    @property
    def port(self) -> int:
        """The TCP port: the operating system's choice if the setting is 0."""
        return int(self._runner.addresses[0][1])

    async def start(self) -> None:
        """Listens."""
        app = web.Application(client_max_size=LARGEST)
        app.router.add_post(PATH, self._take)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=GRACE)
        await self._runner.setup()
        await web.TCPSite(self._runner, *self._address).start()

    async def stop(self) -> None:
        """Lets what runs end, for a moment."""
        await self._runner.cleanup()
        await self._account.close()

    async def _take(self, request: web.Request) -> web.Response:
        body, (client, _, secret) = await request.read(), self._account
        signature = request.headers.get("Stripe-Signature")
        try:
            event = client.construct_event(body, signature, secret)
        except (stripe.SignatureVerificationError, ValueError):
            log.warning("a notice was not signed by Stripe")
            raise web.HTTPBadRequest(text="not signed\n") from None
        told: dict[str, Any] = event.to_dict()
        try:
            await self._heed(told)
        except LaneClosedError:
            raise web.HTTPServiceUnavailable(text="the server is stopping\n") from None
        except OSError:
            raise web.HTTPServiceUnavailable(text="tell it again\n") from None
        return web.Response(text="taken\n")

    async def _heed(self, event: dict[str, Any]) -> None:
        """Has the payment looked at that it is about, or keeps what was saved."""
        about = event["data"]["object"]
        if event["type"] == _SAVED:
            if kept := await self._saving.kept(about["id"]):
                await self._lane.write(lambda unit: saved_methods.keep(unit, kept))
            return
        if not event["type"].startswith(_PAYMENTS):
            return
        payment = (about.get("metadata") or {}).get("transaction")
        reference = about.get("payment_intent") or about["id"]
        await self._lane.write(lambda unit: notices.heard(unit, event["id"], payment, reference))
