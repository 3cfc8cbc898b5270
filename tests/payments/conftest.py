"""The API with Stripe behind it: a stand-in, over a socket."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from server.domain.access import Role
from server.domain.payments import Method
from server.payments.calls import account_of
from server.payments.endpoint import PATH, PaymentEndpoint
from server.payments.saving import StripeSaving
from server.payments.stripe_gateway import StripeGateway
from server.relay.collecting import Collecting
from server.settings import Settings
from server.work.gateways.carrying import Gateways
from server.work.money.balance_gateway import built_in
from tests.api.client import Client
from tests.api.conftest import ADMIN_KEY, RULES, Api, add_key, open_api
from tests.payments.stand_in import KEY, SECRET, StandIn, serving

CARDS = replace(RULES, takes_cards=True)


@dataclass
class Shop:
    """An API that takes cards, and the account that they are taken by."""

    api: Api
    client: Client
    stripe: StandIn
    gateway: StripeGateway
    collecting: Collecting
    notices_url: str

    async def carry_on(self) -> None:
        """Has done whatever is due."""
        while await self.collecting.tick():
            pass

    async def notified(self, again: int = 1) -> None:
        """Stripe tells of everything, and what that calls for is done."""
        statuses = await self.stripe.notify(self.notices_url, again=again)
        assert set(statuses) <= {200}
        await self.carry_on()


@pytest.fixture
def stripe_timeout() -> int:
    """Seconds; a test in which an answer never comes overrides it."""
    return 20


@pytest.fixture
async def shop(database_url: str, tmp_path: Path, stripe_timeout: int) -> AsyncIterator[Shop]:
    """A fresh one."""
    async with serving() as stripe:
        settings = Settings(
            data=tmp_path,
            stripe_key=KEY,
            stripe_webhook_secret=SECRET,
            stripe_api=stripe.url,
            stripe_timeout=stripe_timeout,
            payments_port=0,
        )
        account = account_of(settings)
        assert account is not None
        gateway = StripeGateway(account.client)
        api = await open_api(
            database_url,
            rules=CARDS,
            gateways=lambda lane: Gateways(
                lane,
                {**built_in(lane), Method.EXTERNAL: gateway},
                6.0,
                StripeSaving(account.client),
            ),
        )
        await add_key(api.lane, ADMIN_KEY, Role.ADMIN)
        endpoint = PaymentEndpoint(settings, account, api.lane)
        await endpoint.start()
        client = api.client()
        collecting = Collecting(api.lane, api.reads, api.gateways, api.stations, CARDS)
        url = f"http://127.0.0.1:{endpoint.port}{PATH}"
        yield Shop(api, client, stripe, gateway, collecting, url)
        await client.close()
        await endpoint.stop()
        await api.close()
