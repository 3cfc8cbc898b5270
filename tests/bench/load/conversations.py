"""What chargers say, one message after the other."""

import orjson

from tests.bench.load import messages
from tests.bench.load.station import Station, TurnedAwayError

SAMPLE_WH = 100
"""What a car takes between two samples of a visit: less than what a meter may jump at once."""


async def arrive(station: Station, port: int, password: str) -> None:
    """Connects, boots and reports its status and its connector's."""
    await station.connect(port, password)
    await station.call(messages.boot())
    await station.call(messages.status(0, "Available"))
    await station.call(messages.status(1, "Available"))


async def begin(station: Station, token: str) -> None:
    """Starts a transaction. TurnedAwayError if it is refused."""
    answer = orjson.loads(await station.call(messages.start(token, station.meter_wh)))[2]
    if answer["idTagInfo"]["status"] != "Accepted":
        raise TurnedAwayError(f"{station.identity}: {answer}")
    station.transaction = answer["transactionId"]


async def visit(station: Station, token: str) -> None:
    """A whole session: ten messages."""
    await station.call(messages.authorize(token))
    await station.call(messages.status(1, "Preparing"))
    await begin(station, token)
    await station.call(messages.status(1, "Charging"))
    for _ in range(3):
        station.meter_wh += SAMPLE_WH
        await station.call(messages.meter_values(station.transaction, station.meter_wh))
    await station.call(messages.stop(station.transaction, token, station.meter_wh))
    await station.call(messages.status(1, "Finishing"))
    await station.call(messages.status(1, "Available"))
