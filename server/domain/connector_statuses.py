"""The status of an EVSE whose connectors tell theirs one by one.

An EVSE charges one car at a time, whatever the number of its connectors (OCPP 2.x section 1.3): it
is as busy as the busiest of them, and out of order only if all are.
"""

from typing import NamedTuple

from server.domain.facts import EvseStatus

_BUSIEST_FIRST = (
    EvseStatus.CHARGING,
    EvseStatus.SUSPENDED_EVSE,
    EvseStatus.SUSPENDED_EV,
    EvseStatus.FINISHING,
    EvseStatus.PREPARING,
    EvseStatus.OCCUPIED,
    EvseStatus.RESERVED,
    EvseStatus.AVAILABLE,
    EvseStatus.FAULTED,
    EvseStatus.UNAVAILABLE,
)


class ConnectorStatus(NamedTuple):
    """What a connector told last, and when, in microseconds."""

    connector: int
    status: EvseStatus
    time: int


class ConnectorStatuses(NamedTuple):
    """Of each connector that told one; connector 0 is the EVSE as a whole."""

    told: tuple[ConnectorStatus, ...] = ()

    @classmethod
    def parse(cls, text: str) -> "ConnectorStatuses":
        """The statuses of what `str` gives, such as `1:3:1767225600000000 2:1:…`."""
        words = (word.split(":") for word in text.split())
        return cls(
            tuple(
                ConnectorStatus(int(connector), EvseStatus(int(status)), int(time))
                for connector, status, time in words
            )
        )

    def __str__(self) -> str:
        return " ".join(f"{connector}:{status:d}:{time}" for connector, status, time in self.told)

    def tell(self, connector: int, status: EvseStatus, time: int) -> "ConnectorStatuses | None":
        """With what one tells now; None if it has told something newer. What is told of the EVSE
        as a whole goes for all its connectors."""
        concerned = [each for each in self.told if connector in (0, each.connector)]
        whole = [each for each in self.told if not each.connector]
        if any(each.time > time for each in [*concerned, *whole]):
            return None
        others = [] if connector == 0 else [each for each in self.told if each not in concerned]
        kept = [each for each in others if each.connector]
        return ConnectorStatuses(tuple(sorted([*kept, ConnectorStatus(connector, status, time)])))

    @property
    def status(self) -> EvseStatus:
        """Of the EVSE."""
        return min((each.status for each in self.told), key=_BUSIEST_FIRST.index)

    @property
    def time(self) -> int:
        """When the latest of them was told."""
        return max(each.time for each in self.told)
