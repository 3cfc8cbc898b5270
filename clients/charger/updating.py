"""A firmware update, or an upload, as every version tells of it."""

from clients.charger import operations, transfers
from clients.charger.dialect import Charger
from clients.charger.frames import Payload
from clients.charger.transfers import Attempts, Tell


async def update(station: Charger, url: str, tell: Tell, tries: Attempts) -> None:
    """Boots after a firmware was installed."""
    if await transfers.update(station, url, tell, tries):
        await operations.reset(station, hard=False)


def telling(station: Charger, action: str, **fields: object) -> Tell:
    """Sends the notification with each status."""
    return lambda status: station.call(action, {"status": status, **fields})


def attempts(payload: Payload) -> Attempts:
    """The first attempt and the further ones that are asked for."""
    return Attempts(1 + payload.get("retries", 0), payload.get("retryInterval", 0))
