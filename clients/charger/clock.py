"""A station's time: how fast things happen there, and what its messages say about when."""

import asyncio
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from math import inf


class Clock:
    """Tells a station's time.

    `speed` is how many seconds pass for the car and the meter in one of ours. Messages carry the
    wall's time, unless `begin` says when the station's own calendar starts: then that calendar runs
    at `speed` until it has caught up with the wall, and goes on at the wall's pace, so that no
    message ever comes from the future. `offset` puts every timestamp wrong by as much.
    """

    def __init__(
        self,
        speed: float = 1,
        begin: datetime | None = None,
        offset: timedelta = timedelta(),
        *,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        if speed <= 0:
            raise ValueError("speed must be positive")
        self.speed = speed
        self.begin = begin
        self.offset = offset
        self._monotonic = monotonic
        self._origin = monotonic()
        self._caught_up = self._seconds_to_catch_up()

    def _seconds_to_catch_up(self) -> float:
        """Seconds of the wall after which the station's calendar is the wall's."""
        if self.begin is None or self.speed <= 1:
            return inf
        behind = (datetime.now(UTC) - self.begin).total_seconds()
        return max(0.0, behind / (self.speed - 1))

    def elapsed(self) -> float:
        """Seconds of the station's time since it was made."""
        wall = self._monotonic() - self._origin
        fast = min(wall, self._caught_up)
        return fast * self.speed + (wall - fast)

    def now(self) -> datetime:
        """What the station believes the time is."""
        if self.begin is None:
            return datetime.now(UTC) + self.offset
        return self.begin + timedelta(seconds=self.elapsed()) + self.offset

    def wall_seconds(self, seconds: float) -> float:
        """How long `seconds` of the station's time last, beginning now, in ours."""
        left = self._caught_up - (self._monotonic() - self._origin)
        if left <= 0:
            return seconds
        fast = min(seconds / self.speed, left)
        return fast + (seconds - fast * self.speed)

    async def sleep(self, seconds: float) -> None:
        """Waits until `seconds` of the station's time have passed."""
        await asyncio.sleep(self.wall_seconds(seconds))

    def set(self, now: datetime) -> None:
        """Sets a clock that shows the wall's time to what the central system says, if it is off."""
        if self.begin is None:
            offset = now - datetime.now(UTC)
            self.offset = offset if abs(offset) > timedelta(seconds=1) else timedelta()


class StuckClock(Clock):
    """A clock that nobody can set."""

    def set(self, now: datetime) -> None:
        """Stays wrong."""


def format_time(moment: datetime) -> str:
    """The time as OCPP messages carry it: `2026-01-31T23:59:59.000Z`."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
