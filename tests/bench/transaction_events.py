"""(a) TransactionEvent(Updated): what MeterValues is in OCPP 1.6, told in 2.0.1."""

from pathlib import Path

import orjson

from tests.bench import meter_values, network
from tests.bench.figures import Figure
from tests.bench.load import messages201
from tests.bench.load.station import Station, TurnedAwayError
from tests.bench.meter_values import Telling


async def begin(station: Station, number: int) -> None:
    """Boots, and starts a transaction. TurnedAwayError if it is refused."""
    await station.call(messages201.boot())
    started = messages201.started(station.identity, network.token(number), station.meter_wh)
    answer = orjson.loads(await station.call(started))[2]
    if answer.get("idTokenInfo", {}).get("status") != "Accepted":
        raise TurnedAwayError(f"{station.identity}: {answer}")


def sample(station: Station, meter_wh: int) -> bytes:
    """The next step: the transaction counts them."""
    station.transaction += 1
    return messages201.updated(station.identity, station.transaction, meter_wh)


TELLING = Telling(
    "transaction-events",
    "ocpp2.0.1",
    begin,
    sample,
)


async def measure(folder: Path, rounds: int) -> list[Figure]:
    """Messages a second: ours against the stock package and a bare server."""
    return await meter_values.compare(TELLING, folder, rounds)
