"""The course of a session: all that is told of it."""

from abc import ABC, abstractmethod
from datetime import datetime

from ocpp.v16.enums import AuthorizationStatus, Reason

from clients.charger.connector import Connector
from clients.charger.meter import Sample


class Course(ABC):
    """A session that runs, or ran, on a connector."""

    def __init__(
        self,
        connector: Connector,
        id_tag: str,
        transaction_id: int | str | None,
        start_time: datetime,
        meter_start: int,
    ) -> None:
        self.connector = connector
        self.id_tag = id_tag
        self.transaction_id = transaction_id
        """The station's own id; in 1.6 the central system's, None until it has answered the
        start."""
        self.start_time = start_time
        self.meter_start = meter_start
        """The meter's register at the start, in Wh."""
        self.remote_start_id: int | None = None
        """Of the call that it was started by, if that had one."""
        self.reservation_id: int | None = None
        """Of the reservation that it uses."""
        self.told = 0
        """How many messages were written of it."""
        self.id_tag_status: str | None = None
        """What the central system said of the tag; None until then."""
        self.samples: list[Sample] = []
        """All that was measured."""
        self.stop_time: datetime | None = None
        self.meter_stop: int | None = None
        """The register at the end, in Wh."""
        self.stop_reason: Reason | None = None
        self.stop_id_tag: str | None = None
        self.tells_samples_at_stop = False
        """Whether the stop carries the samples (1.6: transactionData)."""

    @property
    def accepted(self) -> bool:
        """Whether the central system let the tag charge; an unanswered start counts as one."""
        return self.id_tag_status in (None, AuthorizationStatus.accepted)

    @property
    def active(self) -> bool:
        """Whether it runs."""
        return self.stop_time is None

    @property
    def energy_wh(self) -> float:
        """Energy since the start, in Wh."""
        end = self.connector.register_wh if self.meter_stop is None else self.meter_stop
        return end - self.meter_start

    @abstractmethod
    def is_late(self, time: datetime) -> bool:
        """Whether the station had no connection then: what happened is told late."""
