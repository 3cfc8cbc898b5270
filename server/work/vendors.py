"""Who understands what chargers send of their vendors' own kinds: a port, as in `ports.py`."""

from collections.abc import Mapping
from typing import Protocol

from server.domain.facts import DataAnswer, DataReceived
from server.store.unit import Unit


class DataHandler(Protocol):
    """Who understands the data of a vendor's own kind that chargers send."""

    def answer(self, unit: Unit, charge_point: str, data: DataReceived) -> DataAnswer:
        """What they are answered. It is asked in the transaction that keeps the message, perhaps
        twice, so it touches nothing but the database."""
        ...


DataHandlers = Mapping[str, DataHandler]
"""By vendor id; to the data of others nobody has anything to say."""
