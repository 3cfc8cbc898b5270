"""When a connected car counts as idle, where a tariff says how to tell.

From each reading on until the next, the car idles if every sign that the tariff names
and that can be told says so; where none can be told, the charger's own word counts.
"""

from collections import deque
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from server.domain.idle_detection import WINDOW, average_power_w, state_of
from server.domain.pricing import ChargingPeriod, ChargingState, MeterSample, OutOfOrderError
from server.domain.tariffs import IdleDetection


class Reading(NamedTuple):
    """Energy since the start, in Wh, and the state of charge in percent, at one time."""

    time: datetime
    energy_wh: int
    soc_percent: int | None = None


class Idling:
    """Follows a session and says when its state changes: by the tariff's signs, reading by
    reading, or where the tariff names none by the charger's word."""

    def __init__(self, detection: IdleDetection) -> None:
        self._detection = detection
        signs = (detection.soc_percent, detection.average_power_below_w)
        self.by_word = signs == (None, None)
        """Whether the charger's word stands, whatever is read."""
        self._state: ChargingState | None = None
        self._waiting: deque[ChargingPeriod] = deque()  # the charger's words, not reached yet
        self._word = ChargingState.CHARGING
        self._recent: deque[MeterSample] = deque()
        self._latest: datetime | None = None

    def told(self, period: ChargingPeriod) -> list[ChargingPeriod]:
        """The charger's next word; gives what follows of it now. OutOfOrderError for one from
        before the latest reading, which was judged without it."""
        if self.by_word:
            return [period]
        if self._latest is not None and period.start <= self._latest:
            raise OutOfOrderError("a reading after that was judged already")
        first = self._state is None
        if first:
            self._state = period.state
        self._waiting.append(period)
        return [period] if first else []

    def read(self, reading: Reading) -> list[ChargingPeriod]:
        """The next reading, in order of time; gives the period that begins with it, if one does."""
        if self.by_word:
            return []
        while self._waiting and self._waiting[0].start <= reading.time:
            self._word = self._waiting.popleft().state
        self._remember(MeterSample(reading.time, reading.energy_wh))
        power = average_power_w(self._recent, reading.time)
        state = state_of(self._detection, self._word, reading.soc_percent, power)
        if state is self._state:
            return []
        self._state = state
        return [ChargingPeriod(reading.time, state)]

    def _remember(self, sample: MeterSample) -> None:
        """Keeps the readings of the last minutes, and the one before them."""
        self._latest = sample.time
        self._recent.append(sample)
        while len(self._recent) > 1 and self._recent[1].time <= sample.time - WINDOW:
            self._recent.popleft()


def periods_by(
    detection: IdleDetection, told: Sequence[ChargingPeriod], readings: Sequence[Reading]
) -> tuple[ChargingPeriod, ...]:
    """The session's periods by the tariff's own signs; `told` are the charger's.

    Readings are in order of time. Where the tariff names no sign, the charger's word stands.
    """
    if not readings:
        return tuple(told)
    idling = Idling(detection)
    found = [period for each in told for period in idling.told(each)]
    return (*found, *(period for reading in readings for period in idling.read(reading)))
