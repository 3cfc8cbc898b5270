"""A charging session, from the station's side."""

from dataclasses import replace
from datetime import UTC, datetime

from ocpp.v16.enums import ChargePointStatus, ReadingContext, Reason

from clients.charger import operations
from clients.charger.connector import Connector
from clients.charger.course import Course
from clients.charger.dialect import Charger
from clients.charger.frames import Payload
from clients.charger.meter import Sample


class Session(Course):
    """A session of a station: it is metered and stopped by what you call."""

    def __init__(
        self,
        station: Charger,
        connector: Connector,
        id_tag: str,
        *,
        start_time: datetime,
        meter_start: int,
    ) -> None:
        number = station.dialect.transaction_id()
        super().__init__(connector, id_tag, number, start_time, meter_start)
        self.station = station
        self.began = datetime.now(UTC)
        """Its start by the real clock."""
        self._advanced = station.clock.elapsed()

    def is_late(self, time: datetime) -> bool:
        """Whether the station had no connection then: what happened is told late."""
        since = self.station.online_since
        return since is not None and time < since

    def take_start_answer(self, answer: Payload) -> None:
        """The central system has answered the start."""
        self.station.dialect.accept_start(self, answer)
        self.station.wake()

    def advance(self) -> None:
        """Lets energy flow for the time since it last did, where the station lives on its own."""
        now = self.station.clock.elapsed()
        self.connector.limit_a = operations.limit_of(self.station, self.connector)
        if self.station.automatic:
            self.connector.flow(now - self._advanced)
        self._advanced = now

    async def meter(
        self,
        *,
        energy_wh: float | None = None,
        power_w: float | None = None,
        soc: float | None = None,
        time: datetime | None = None,
        context: ReadingContext = ReadingContext.sample_periodic,
        message_id: object | None = None,
    ) -> Payload | None:
        """Sends what the meter reads; returns the answer, None if it waits for a connection.

        `energy_wh` is the energy since the start that the meter is set to before, `power_w` and
        `soc` what it shall read; without them they come from the car at the cable.
        """
        self.advance()
        if energy_wh is not None:
            self.connector.register_wh = self.meter_start + energy_wh
        sample = self.connector.sample(time or self.station.clock.now(), context)
        if power_w is not None:
            amperes = self.connector.outlet.current_a(power_w)
            sample = replace(sample, power_w=power_w, current_a=amperes)
        if soc is not None:
            sample = replace(sample, soc=soc)
        return await self.send_samples([sample], message_id)

    async def send_samples(
        self, samples: list[Sample], message_id: object | None = None
    ) -> Payload | None:
        """Sends samples of your own making, as one message."""
        self.samples += samples
        measurands = self.station.measurands
        return await self.station.post(
            lambda: self.station.dialect.metered(self.connector, self, samples, measurands),
            message_id,
        )

    async def stop(
        self,
        reason: Reason | str = Reason.local,
        *,
        energy_wh: float | None = None,
        id_tag: str | None = None,
        time: datetime | None = None,
        transaction_data: bool = False,
        message_id: object | None = None,
    ) -> Payload | None:
        """Ends the session; returns the answer, None if the message waits for a connection.

        `energy_wh` is the energy since the start that the meter shows in the end; `id_tag` the tag
        that was held out to stop; `transaction_data` sends all samples along.
        """
        self.advance()
        if energy_wh is not None:
            self.connector.register_wh = self.meter_start + energy_wh
        self.stop_time = time or self.station.clock.now()
        self.meter_stop = int(self.connector.register_wh)
        self.stop_reason = Reason(reason)
        self.stop_id_tag = id_tag
        self.tells_samples_at_stop = transaction_data
        self.connector.session, self.connector.limit_a = None, None
        self.station.limits.ended(self.transaction_id)
        self.station.wake()
        measurands = self.station.measurands
        answer = await self.station.post(
            lambda: self.station.dialect.stopped(self, measurands), message_id
        )
        if self.connector.status is not ChargePointStatus.faulted:
            await self.station.set_status(self.connector, self._status_after())
        return answer

    def _status_after(self) -> ChargePointStatus:
        """A connector that is to close does so when its session ends."""
        connector = self.connector
        if connector.closing:
            connector.closing, connector.operative = False, False
            return ChargePointStatus.unavailable
        return ChargePointStatus.finishing if connector.car else ChargePointStatus.available
