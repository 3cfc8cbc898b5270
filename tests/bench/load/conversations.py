"""What chargers say, one message after the other."""

import time

import orjson

from tests.bench.load import messages
from tests.bench.load.station import Station, TurnedAwayError

SAMPLE_WH = 100
SAMPLE_SECONDS = 33
"""What a car takes between two samples of a visit, and how long it takes for it: at 11 kW."""
SAMPLES = 3


async def arrive(station: Station, port: int, password: str) -> None:
    """Connects, boots and reports its status and its connector's."""
    await station.connect(port, password)
    answer = orjson.loads(await station.call(messages.boot()))[2]
    station.heartbeat_at = time.monotonic() + answer.get("interval", 0)
    await station.call(messages.status(0, "Available"))
    await station.call(messages.status(1, "Available"))


async def begin(station: Station, token: str, seconds_ago: float = 0) -> None:
    """Starts a transaction. TurnedAwayError if it is refused."""
    started = messages.start(token, station.meter_wh, seconds_ago)
    answer = orjson.loads(await station.call(started))[2]
    if answer["idTagInfo"]["status"] != "Accepted":
        raise TurnedAwayError(f"{station.identity}: {answer}")
    station.transaction = answer["transactionId"]


async def visit(station: Station, token: str) -> None:
    """A whole session, ten messages; told at once, by a clock that says how long it took."""
    await station.call(messages.authorize(token))
    await station.call(messages.status(1, "Preparing"))
    await begin(station, token, SAMPLES * SAMPLE_SECONDS)
    await station.call(messages.status(1, "Charging"))
    for left in reversed(range(SAMPLES)):
        station.meter_wh += SAMPLE_WH
        sample = messages.meter_values(station.transaction, station.meter_wh, left * SAMPLE_SECONDS)
        await station.call(sample)
    await station.call(messages.stop(station.transaction, token, station.meter_wh))
    await station.call(messages.status(1, "Finishing"))
    await station.call(messages.status(1, "Available"))
